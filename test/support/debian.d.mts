export function installDebianPackages(packages: Readonly<Record<string, string>>): boolean;
export function isOnPath(command: string): boolean;
