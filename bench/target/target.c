/*
 * The bench's target: a single-threaded epoll HTTP/1.1 server that answers MCP calls as fast as one core can.
 *
 * Answers `initialize` and `server/discover`, takes notifications with 202, and gives every other request the same small result under the request's own
 * id. Prints one line of JSON with its port and ends when its standard input does.
 *
 *   target [--spin] [--sse] [--delay-us US] [--busy-us US] [--freeze-after MS --freeze-every MS --freeze-for MS]
 *
 * --spin: never sleeps in epoll. --sse: results as an event stream. --delay-us: holds each answer back that long. --busy-us: works
 * that long on each tool call, one after another. --freeze-*: stops dead for a while, again and again, counted
 * from the first `POST /freeze`; each freeze is told as a line `{"from":"<monotonic ns>","to":"<monotonic ns>","answered":[<ns after to>...]}`
 * with the times at which answers left since, a quarter of a second after its end: whoever reads it would take a core from those who
 * catch up.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 1 << 17, BUFFER = 16384, EVENTS = 512, HELD = 1 << 12, HELD_BYTES = 1024, ANSWERED = 4096 };

/* What a connection could not use up yet. Nearly always nothing: then no memory is held. */
typedef struct {
  char *kept;
  int length;
  /* Counts the connections that had this number: a held answer is for one of them. */
  int generation;
} Connection;

/* An answer that is held back. */
typedef struct {
  int64_t due_ns;
  int fd, generation, size;
  char bytes[HELD_BYTES];
} Held;

static Held held[HELD];
static unsigned first_held = 0, end_held = 0;
static int64_t delay_ns = 0, busy_ns = 0;

static Connection connections[MAX_FDS];
static int answers_as_stream = 0;
static int64_t freeze_after_ns = 0, freeze_every_ns = 0, freeze_for_ns = 0, next_freeze_ns = INT64_MAX;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "target: %s: %s\n", what, strerror(errno));
  exit(3);
}

static void forget(int fd) {
  free(connections[fd].kept);
  connections[fd] = (Connection){.generation = connections[fd].generation + 1};
  close(fd);
}

/* The JSON text of the request's id: digits or a string. The last "id": of the body, for some clients write it last. */
static int find_id(const char *body, int length, const char **id) {
  static const char key[] = "\"id\":";
  const int size = sizeof key - 1;
  const char *at = memmem(body, length < 64 ? length : 64, key, size);
  if (at == NULL)
    for (const char *from = body; (from = memmem(from, body + length - from, key, size)) != NULL; from += size) at = from;
  if (at == NULL) return 0;
  at += size;
  const char *end = at;
  if (*end == '"') {
    for (end++; end < body + length && *end != '"'; end++) {}
    end++;
  } else
    while (end < body + length && *end >= '0' && *end <= '9') end++;
  *id = at;
  return end - at;
}

/* Writes the answer to one request into `out`, at most 1 KiB. */
static int answer(char *out, const char *request, const char *body, int length) {
  if (memcmp(request, "POST", 4) != 0) {
    const int deletes = memcmp(request, "DELETE", 6) == 0;
    return sprintf(out, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", deletes ? "200 OK" : "405 Method Not Allowed");
  }
  if (memcmp(request + 5, "/freeze", 7) == 0) {
    next_freeze_ns = now_ns() + freeze_after_ns;
    return sprintf(out, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  }
  const char *id = "1";
  const int id_length = find_id(body, length, &id);
  if (id_length == 0 || id_length > 64) return sprintf(out, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  char json[640];
  int size;
  const char *method = memmem(body, length, "\"method\":\"", 10);
  if (method != NULL && method + 20 < body + length && memcmp(method + 10, "initialize\"", 11) == 0) {
    char revision[16] = "2025-11-25";
    const char *asked = memmem(body, length, "\"protocolVersion\":\"", 19);
    if (asked != NULL && asked + 29 < body + length) memcpy(revision, asked + 19, 10);
    size = sprintf(json,
                   "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":{\"protocolVersion\":\"%s\",\"capabilities\":{\"tools\":{}},"
                   "\"serverInfo\":{\"name\":\"bench-target\",\"version\":\"1\"}}}",
                   id_length, id, revision);
    return sprintf(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: bench-0123456789abcdef\r\nContent-Length: %d\r\n\r\n%s", size, json);
  }
  if (method != NULL && method + 26 < body + length && memcmp(method + 10, "server/discover\"", 16) == 0) {
    size = sprintf(json,
                   "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":{\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\","
                   "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}}",
                   id_length, id);
    return sprintf(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", size, json);
  }
  if (busy_ns > 0 && memmem(body, length, "\"tools/call\"", 12) != NULL)
    for (const int64_t until = now_ns() + busy_ns; now_ns() < until;) {}
  if (busy_ns > 0 && memmem(body, length, "\"tools/list\"", 12) != NULL)
    size = sprintf(json, "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":{\"tools\":[{\"name\":\"search\",\"inputSchema\":{\"type\":\"object\"}}]}}",
                   id_length, id);
  else size = sprintf(json,
                 "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                 "\"The hull lies nine metres deep at the stern, eight at the bow; the line is clear of the water.\"}],\"isError\":false}}",
                 id_length, id);
  if (!answers_as_stream) return sprintf(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", size, json);
  const int event = size + 23;
  return sprintf(out,
                 "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "%x\r\nevent: message\ndata: %s\n\n\r\n0\r\n\r\n",
                 event, json);
}

/* Bytes of a complete request at `at`, or 0; tells where its body is. */
static int request_length(const char *at, int length, const char **body, int *body_length) {
  const char *end = memmem(at, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  const int head = end + 4 - at;
  *body_length = 0;
  for (const char *line = at; line < end; line++) {
    if (*line != '\n' || (line[1] | 32) != 'c') continue;
    if (strncasecmp(line + 1, "content-length:", 15) == 0) {
      *body_length = atoi(line + 16);
      break;
    }
  }
  *body = at + head;
  return length >= head + *body_length ? head + *body_length : 0;
}

/* The freeze that is still to be told, and when answers left since its end. */
static int64_t untold_from = 0, untold_to = 0, tell_at_ns = INT64_MAX;
static const int64_t tell_after_ns = 250000000;
static int64_t answered_ns[ANSWERED];
static int answered_count = 0;

/* One answer always fits the socket's buffer; a peer that does not read is dropped. */
static void deliver(int fd, const char *bytes, int size) {
  if (tell_at_ns != INT64_MAX && answered_count < ANSWERED) answered_ns[answered_count++] = now_ns();
  if (send(fd, bytes, size, MSG_NOSIGNAL) != size) forget(fd);
}

static void reply(int fd, const char *bytes, int size) {
  if (delay_ns == 0 || size > HELD_BYTES || end_held - first_held == HELD) {
    deliver(fd, bytes, size);
    return;
  }
  Held *answer = &held[end_held++ % HELD];
  *answer = (Held){.due_ns = now_ns() + delay_ns, .fd = fd, .generation = connections[fd].generation, .size = size};
  memcpy(answer->bytes, bytes, size);
}

static void serve(int fd) {
  static char buffer[BUFFER * 2], out[BUFFER * 2];
  Connection *connection = &connections[fd];
  int have = connection->length;
  if (have > 0) memcpy(buffer, connection->kept, have);
  const ssize_t got = recv(fd, buffer + have, BUFFER - have, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    forget(fd);
    return;
  }
  have += got;
  int used = 0, size = 0;
  for (;;) {
    const char *body;
    int body_length;
    const int taken = request_length(buffer + used, have - used, &body, &body_length);
    if (taken == 0) break;
    size += answer(out + size, buffer + used, body, body_length);
    used += taken;
    if (size > BUFFER) break;
  }
  const int left = have - used;
  if (left > 0 && left < BUFFER) {
    connection->kept = realloc(connection->kept, left);
    memcpy(connection->kept, buffer + used, left);
  } else if (left >= BUFFER) {
    forget(fd);
    return;
  }
  connection->length = left;
  if (size > 0) reply(fd, out, size);
}

/* Sends what is due. Answers are held equally long, so they are due in the order they were made. */
static void send_due(void) {
  const int64_t now = now_ns();
  for (; first_held != end_held && held[first_held % HELD].due_ns <= now; first_held++) {
    const Held *answer = &held[first_held % HELD];
    if (answer->generation == connections[answer->fd].generation) deliver(answer->fd, answer->bytes, answer->size);
  }
}

static int64_t number(const char *text) {
  return text == NULL ? 0 : atoll(text);
}

static void tell_freeze(void) {
  if (tell_at_ns == INT64_MAX) return;
  printf("{\"from\":\"%lld\",\"to\":\"%lld\",\"answered\":[", (long long)untold_from, (long long)untold_to);
  for (int i = 0; i < answered_count; i++) printf(i == 0 ? "%lld" : ",%lld", (long long)(answered_ns[i] - untold_to));
  printf("]}\n");
  fflush(stdout);
  tell_at_ns = INT64_MAX;
}

static void freeze(void) {
  tell_freeze();
  const int64_t from = now_ns(), to = from + freeze_for_ns;
  const struct timespec until = {to / 1000000000, to % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {}
  answered_count = 0;
  untold_from = from;
  untold_to = now_ns();
  tell_at_ns = untold_to + tell_after_ns;
  next_freeze_ns += freeze_every_ns;
}

int main(int argc, char **argv) {
  int spin = 0;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--spin") == 0) spin = 1;
    else if (strcmp(argv[i], "--sse") == 0) answers_as_stream = 1;
    else if (strcmp(argv[i], "--delay-us") == 0) delay_ns = number(argv[++i]) * 1000;
    else if (strcmp(argv[i], "--busy-us") == 0) busy_ns = number(argv[++i]) * 1000;
    else if (strcmp(argv[i], "--freeze-after") == 0) freeze_after_ns = number(argv[++i]) * 1000000;
    else if (strcmp(argv[i], "--freeze-every") == 0) freeze_every_ns = number(argv[++i]) * 1000000;
    else if (strcmp(argv[i], "--freeze-for") == 0) freeze_for_ns = number(argv[++i]) * 1000000;
    else {
      fprintf(stderr, "target: unknown option %s\n", argv[i]);
      return 2;
    }
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1000);
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }

  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) fail("listen");
  socklen_t size = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &size);
  const int poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  event.data.fd = STDIN_FILENO;
  epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);

  static struct epoll_event events[EVENTS];
  for (;;) {
    int timeout_ms = spin ? 0 : -1;
    if (next_freeze_ns != INT64_MAX) {
      if (now_ns() >= tell_at_ns) tell_freeze();
      int64_t left = next_freeze_ns - now_ns();
      if (left <= 0) freeze();
      if (tell_at_ns != INT64_MAX && left > 0 && tell_at_ns - now_ns() < left) left = tell_at_ns - now_ns();
      timeout_ms = spin ? 0 : left <= 0 ? 0 : (int)(left / 1000000 + 1);
    }
    if (first_held != end_held && !spin) {
      /* Whole milliseconds: what is held leaves up to one later. */
      const int64_t left = held[first_held % HELD].due_ns - now_ns();
      const int left_ms = left <= 0 ? 0 : (int)(left / 1000000 + 1);
      if (timeout_ms < 0 || left_ms < timeout_ms) timeout_ms = left_ms;
    }
    const int ready = epoll_wait(poll, events, EVENTS, timeout_ms);
    if (first_held != end_held) send_due();
    for (int i = 0; i < ready; i++) {
      const int fd = events[i].data.fd;
      if (fd == STDIN_FILENO) {
        char ignored[256];
        if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) return 0;
      } else if (fd == listener) {
        int peer;
        while ((peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          if (peer >= MAX_FDS) {
            close(peer);
            continue;
          }
          const int one = 1;
          setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          event.data.fd = peer;
          epoll_ctl(poll, EPOLL_CTL_ADD, peer, &event);
        }
      } else
        serve(fd);
    }
  }
}
