/*
 * The bench's reference: a client in C that does the least one can do, and never sleeps. What it shows is the machine's.
 *
 *   client PORT floor CALLS            one call in flight, spinning
 *   client PORT open RATE SECONDS N    constant arrivals over N connections, spinning; the response time from the intended start
 *   client PORT closed SECONDS N       N connections, each sends again as soon as it is answered (epoll)
 *
 * Every request is the same bytes; an answer is one read that begins with "HTTP/1.1 200". Prints one line of JSON: times in
 * nanoseconds, after a warm-up of a fifth.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, MAX_CONNECTIONS = 16384 };

static char request[1024];
static int request_size;
static int *sockets, poll_fd;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
  exit(3);
}

static void open_sockets(int port, int count) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  sockets = calloc(count, sizeof *sockets);
  poll_fd = epoll_create1(0);
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (int i = 0; i < count; i++) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
    sockets[i] = fd;
  }
}

static void ask(int i) {
  if (send(sockets[i], request, request_size, MSG_NOSIGNAL) != request_size) fail("send");
}

/* One answer, if it is there. */
static int take(int i) {
  char answer[4096];
  const ssize_t got = recv(sockets[i], answer, sizeof answer, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (got < 12 || memcmp(answer, "HTTP/1.1 200", 12) != 0) fail("answer");
  return 1;
}

static int by_size(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static int64_t quantile(const int64_t *sorted, int64_t n, double share) {
  int64_t rank = (int64_t)(share * n);
  if (rank < share * n) rank++;
  return n == 0 ? 0 : sorted[rank < 1 ? 0 : rank - 1];
}

static void tell(const char *mode, int64_t *times, int64_t n, double per_second, int64_t *lags) {
  qsort(times, n, sizeof *times, by_size);
  printf("{\"mode\":\"%s\",\"calls\":%lld,\"perSecond\":%.1f,\"p50\":%lld,\"p99\":%lld,\"p999\":%lld", mode, (long long)n, per_second,
         (long long)quantile(times, n, 0.5), (long long)quantile(times, n, 0.99), (long long)quantile(times, n, 0.999));
  if (lags != NULL) {
    qsort(lags, n, sizeof *lags, by_size);
    printf(",\"lagP50\":%lld,\"lagP99\":%lld,\"lagP999\":%lld", (long long)quantile(lags, n, 0.5), (long long)quantile(lags, n, 0.99),
           (long long)quantile(lags, n, 0.999));
  }
  printf("}\n");
}

static void floor_mode(int calls) {
  int64_t *times = calloc(calls, sizeof *times);
  const int warm = calls / 5;
  int64_t began = now_ns();
  for (int i = -warm; i < calls; i++) {
    if (i == 0) began = now_ns();
    const int64_t sent = now_ns();
    ask(0);
    while (!take(0)) {}
    if (i >= 0) times[i] = now_ns() - sent;
  }
  tell("floor", times, calls, calls * 1e9 / (now_ns() - began), NULL);
}

static void open_mode(int rate, double seconds, int count) {
  const int64_t calls = (int64_t)(rate * seconds * 1.2), warm = calls / 6;
  int64_t *times = calloc(calls, sizeof *times), *lags = calloc(calls, sizeof *lags);
  int64_t *waiting = calloc(count, sizeof *waiting);
  int *idle = calloc(count, sizeof *idle), idles = count;
  for (int i = 0; i < count; i++) idle[i] = i;
  const int64_t start = now_ns() + 10000000;
  int64_t next = 0, answered = 0, measured = 0;
  struct epoll_event events[EVENTS];
  while (answered < calls) {
    for (int64_t now = now_ns(); next < calls && idles > 0 && start + next * 1000000000 / rate <= now; next++, now = now_ns()) {
      const int i = idle[--idles];
      waiting[i] = next;
      lags[next] = now - (start + next * 1000000000 / rate);
      ask(i);
    }
    const int ready = epoll_wait(poll_fd, events, EVENTS, 0);
    for (int e = 0; e < ready; e++) {
      const int i = events[e].data.u32;
      if (!take(i)) continue;
      times[waiting[i]] = now_ns() - (start + waiting[i] * 1000000000 / rate);
      idle[idles++] = i;
      answered++;
    }
  }
  measured = calls - warm;
  tell("open", times + warm, measured, rate, lags + warm);
}

static void closed_mode(double seconds, int count) {
  int64_t *sent = calloc(count, sizeof *sent), *times = calloc(1 << 24, sizeof *times), n = 0;
  const int64_t began = now_ns(), warm = began + (int64_t)(seconds * 0.2e9), end = warm + (int64_t)(seconds * 1e9);
  for (int i = 0; i < count; i++) {
    sent[i] = now_ns();
    ask(i);
  }
  struct epoll_event events[EVENTS];
  for (int64_t now = began; now < end;) {
    const int ready = epoll_wait(poll_fd, events, EVENTS, 100);
    for (int e = 0; e < ready; e++) {
      const int i = events[e].data.u32;
      if (!take(i)) continue;
      now = now_ns();
      if (now >= warm && n < 1 << 24) times[n++] = now - sent[i];
      sent[i] = now;
      ask(i);
    }
  }
  tell("closed", times, n, n / seconds, NULL);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "client: usage: client PORT floor CALLS | open RATE SECONDS CONNECTIONS | closed SECONDS CONNECTIONS\n");
    return 2;
  }
  const int port = atoi(argv[1]);
  const char *body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"constant\",\"arguments\":{}}}";
  request_size = sprintf(request,
                         "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: bench\r\nAccept: application/json, text/event-stream\r\n"
                         "Accept-Encoding: identity\r\nContent-Type: application/json\r\nMCP-Protocol-Version: 2025-11-25\r\n"
                         "Mcp-Session-Id: bench-0123456789abcdef\r\nContent-Length: %zu\r\n\r\n%s",
                         port, strlen(body), body);
  const int connections = strcmp(argv[2], "floor") == 0 ? 1 : atoi(argv[argc - 1]);
  if (connections < 1 || connections > MAX_CONNECTIONS) fail("connections");
  open_sockets(port, connections);
  if (strcmp(argv[2], "floor") == 0) floor_mode(atoi(argv[3]));
  else if (strcmp(argv[2], "open") == 0 && argc == 6) open_mode(atoi(argv[3]), atof(argv[4]), connections);
  else if (strcmp(argv[2], "closed") == 0 && argc == 5) closed_mode(atof(argv[3]), connections);
  else fail("mode");
  return 0;
}
