// The system's constants, by name. Those that a platform does not have are absent.
#include "bindings.h"
#include "address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

typedef struct {
  const char *name;
  double value;
} constant;

#define CONSTANT(name) {#name, (double)(name)}

static const constant constants[] = {
    CONSTANT(AF_UNSPEC),
    CONSTANT(AF_INET),
    CONSTANT(AF_INET6),
    CONSTANT(AF_UNIX),
    CONSTANT(SOCK_STREAM),
    CONSTANT(SOCK_DGRAM),
    CONSTANT(SOCK_RAW),
    CONSTANT(SOCK_SEQPACKET),
    CONSTANT(SOL_SOCKET),
    CONSTANT(SOMAXCONN),
    CONSTANT(SHUT_RD),
    CONSTANT(SHUT_WR),
    CONSTANT(SHUT_RDWR),
    CONSTANT(SO_ACCEPTCONN),
    CONSTANT(SO_BROADCAST),
    CONSTANT(SO_DEBUG),
    CONSTANT(SO_DONTROUTE),
    CONSTANT(SO_ERROR),
    CONSTANT(SO_KEEPALIVE),
    CONSTANT(SO_LINGER),
    CONSTANT(SO_OOBINLINE),
    CONSTANT(SO_RCVBUF),
    CONSTANT(SO_RCVLOWAT),
    CONSTANT(SO_RCVTIMEO),
    CONSTANT(SO_REUSEADDR),
    CONSTANT(SO_REUSEPORT),
    CONSTANT(SO_SNDBUF),
    CONSTANT(SO_SNDLOWAT),
    CONSTANT(SO_SNDTIMEO),
    CONSTANT(SO_TYPE),
    CONSTANT(IPPROTO_ICMP),
    CONSTANT(IPPROTO_ICMPV6),
    CONSTANT(IPPROTO_IP),
    CONSTANT(IPPROTO_IPV6),
    CONSTANT(IPPROTO_RAW),
    CONSTANT(IPPROTO_TCP),
    CONSTANT(IPPROTO_UDP),
    CONSTANT(IP_ADD_MEMBERSHIP),
    CONSTANT(IP_DROP_MEMBERSHIP),
    CONSTANT(IP_MULTICAST_IF),
    CONSTANT(IP_MULTICAST_LOOP),
    CONSTANT(IP_MULTICAST_TTL),
    CONSTANT(IP_TOS),
    CONSTANT(IP_TTL),
    CONSTANT(IPV6_JOIN_GROUP),
    CONSTANT(IPV6_LEAVE_GROUP),
    CONSTANT(IPV6_MULTICAST_HOPS),
    CONSTANT(IPV6_MULTICAST_IF),
    CONSTANT(IPV6_MULTICAST_LOOP),
    CONSTANT(IPV6_UNICAST_HOPS),
    CONSTANT(IPV6_V6ONLY),
    CONSTANT(TCP_KEEPCNT),
    CONSTANT(TCP_KEEPINTVL),
    CONSTANT(TCP_MAXSEG),
    CONSTANT(TCP_NODELAY),
    CONSTANT(MSG_CTRUNC),
    CONSTANT(MSG_DONTROUTE),
    CONSTANT(MSG_DONTWAIT),
    CONSTANT(MSG_EOR),
    CONSTANT(MSG_OOB),
    CONSTANT(MSG_PEEK),
    CONSTANT(MSG_TRUNC),
    CONSTANT(MSG_WAITALL),
    CONSTANT(AI_ADDRCONFIG),
    CONSTANT(AI_ALL),
    CONSTANT(AI_CANONNAME),
    CONSTANT(AI_NUMERICHOST),
    CONSTANT(AI_NUMERICSERV),
    CONSTANT(AI_PASSIVE),
    CONSTANT(AI_V4MAPPED),
    CONSTANT(NI_DGRAM),
    CONSTANT(NI_NAMEREQD),
    CONSTANT(NI_NOFQDN),
    CONSTANT(NI_NUMERICHOST),
    CONSTANT(NI_NUMERICSERV),
#ifdef SO_DOMAIN
    CONSTANT(SO_DOMAIN),
#endif
#ifdef SO_PROTOCOL
    CONSTANT(SO_PROTOCOL),
#endif
#ifdef SO_PRIORITY
    CONSTANT(SO_PRIORITY),
#endif
#ifdef SO_BINDTODEVICE
    CONSTANT(SO_BINDTODEVICE),
#endif
#ifdef SO_INCOMING_CPU
    CONSTANT(SO_INCOMING_CPU),
#endif
#ifdef TCP_CONGESTION
    CONSTANT(TCP_CONGESTION),
#endif
#ifdef TCP_CORK
    CONSTANT(TCP_CORK),
#endif
#ifdef TCP_DEFER_ACCEPT
    CONSTANT(TCP_DEFER_ACCEPT),
#endif
#ifdef TCP_FASTOPEN
    CONSTANT(TCP_FASTOPEN),
#endif
#ifdef TCP_INFO
    CONSTANT(TCP_INFO),
#endif
#ifdef TCP_KEEPIDLE
    CONSTANT(TCP_KEEPIDLE),
#elif defined(TCP_KEEPALIVE)
    {"TCP_KEEPIDLE", TCP_KEEPALIVE},  // the same under macOS's name
#endif
#ifdef TCP_LINGER2
    CONSTANT(TCP_LINGER2),
#endif
#ifdef TCP_NOTSENT_LOWAT
    CONSTANT(TCP_NOTSENT_LOWAT),
#endif
#ifdef TCP_QUICKACK
    CONSTANT(TCP_QUICKACK),
#endif
#ifdef TCP_SYNCNT
    CONSTANT(TCP_SYNCNT),
#endif
#ifdef TCP_USER_TIMEOUT
    CONSTANT(TCP_USER_TIMEOUT),
#endif
#ifdef IPV6_TCLASS
    CONSTANT(IPV6_TCLASS),
#endif
#ifdef MSG_ERRQUEUE
    CONSTANT(MSG_ERRQUEUE),
#endif
#ifdef MSG_MORE
    CONSTANT(MSG_MORE),
#endif
#ifdef MSG_NOSIGNAL
    CONSTANT(MSG_NOSIGNAL),
#endif
};

napi_status register_constants(napi_env env, napi_value exports) {
  napi_value table, number;
  napi_status status = napi_create_object(env, &table);
  for (size_t i = 0; i < sizeof constants / sizeof *constants && status == napi_ok; i++) {
    status = napi_create_double(env, constants[i].value, &number);
    if (status == napi_ok) status = napi_set_named_property(env, table, constants[i].name, number);
  }
  if (status == napi_ok) status = napi_set_named_property(env, exports, "constants", table);
  if (status == napi_ok) status = napi_create_uint32(env, BINDING_VERSION, &number);
  if (status == napi_ok) status = napi_set_named_property(env, exports, "version", number);
  if (status == napi_ok) status = napi_create_uint32(env, ADDRESS_RECORD, &number);
  return status == napi_ok ? napi_set_named_property(env, exports, "addressRecordLength", number) : status;
}
