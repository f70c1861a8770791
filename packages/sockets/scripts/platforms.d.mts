export declare const platforms: Readonly<
  Record<string, { title: string; os: string; cpu: string; libc?: string }>
>;
export declare function platformDependencies(version: string): Record<string, string>;
export declare function writePlatformPackage(name: string, directory: string): void;
