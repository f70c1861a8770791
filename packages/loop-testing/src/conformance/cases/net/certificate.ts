/*
 * A certificate for `localhost` and 127.0.0.1 which is its own authority, for a hundred years. The key is no secret: it
 * is here, where every reader can read it, and nothing outside of the kit trusts it.
 */

export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHtScZHliIsNOLlYb
kBbMxcPvFQ86VJeGaZ3fGQDHXUKhRANCAAQYUJfp0Sn4DriJh2duaj0pGh9HqCfb
+inyDJ1pZz48YzA+4WdouL7MVg8QtCFRr3v/lE9zt4lGQdkLr6bThWiP
-----END PRIVATE KEY-----
`;

export const cert = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIULwfIYo7deqtSXuRM0FMa/861S84wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjEzNDY0NFoYDzIxMjYxMTAy
MTM0NjQ0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQYUJfp0Sn4DriJh2duaj0pGh9HqCfb+inyDJ1pZz48YzA+4WdouL7M
Vg8QtCFRr3v/lE9zt4lGQdkLr6bThWiPo28wbTAdBgNVHQ4EFgQUGfbGukYLU9TL
yP4R2lPeXWMVEjwwHwYDVR0jBBgwFoAUGfbGukYLU9TLyP4R2lPeXWMVEjwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgKXJwNdfl/TCCrxGXeZgNUG2SGMpVrcaJMdpjwTo0GpcCIQCs
tASp42IkYeo9sxD/Vr1LER0b0Rc3PHrPEVcSN0hwJA==
-----END CERTIFICATE-----
`;
