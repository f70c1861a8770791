/** How many scopes are cancelled and have not been left. While there are none, no wait looks for one. @internal */
export const levels = { cancelled: 0 };
