/** How many scopes are cancelled and have not been left. While there are none, no wait has to look. @internal */
export const levels = { cancelled: 0 };
