// What native code can do inside a tier: each door is tried, and "name open" or "name closed" printed. Stands in the
// place of Node, so that only the operating system confines it. As a library it tells that it was loaded.
// SECRET: a file that anybody may read. MARKS: a folder that anybody may write. SOCKET: a unix socket. PORT: a TCP port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef LIBRARY
__attribute__((constructor)) static void loaded(void) { if (write(1, "PWNED by native code\n", 21)) {} }
#else

static void door(const char *name, int open) { printf("%s %s\n", name, open ? "open" : "closed"); fflush(stdout); }
static void *nothing(void *unused) { return unused; }

static int forked(void) {
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid(pid, NULL, 0);
  return pid > 0;
}

static int cloned(void) {
  long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid(pid, NULL, 0);
  return pid > 0;
}

static int reaches(int domain, struct sockaddr *address, socklen_t length) {
  int fd = socket(domain, SOCK_STREAM, 0);
  return fd >= 0 && connect(fd, address, length) == 0;
}

static int tcp(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return reaches(AF_INET, (struct sockaddr *)&address, sizeof address);
}

static int unix_socket(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET};
  return reaches(AF_UNIX, (struct sockaddr *)&address, sizeof address);
}

static int memory(int flags, int fd) { // more than a gigabyte of it
  for (int i = 0; i < 64; i++) {
    char *block = mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (block == MAP_FAILED) return 0;
    memset(block, 1, 16 << 20);
  }
  return 1;
}

static int descriptors(void) {
  for (int i = 0; i < 2000; i++) if (dup(0) < 0) return 0;
  return 1;
}

static int files(const char *folder) { // a thousand of them, and each takes memory of the kernel
  char path[256];
  int made = 0;
  for (int i = 0; i < 1000; i++) {
    snprintf(path, sizeof path, "%s/native-%d", folder, i);
    made += mkdir(path, 0700) == 0;
  }
  for (int i = 0; i < 1000; i++) {
    snprintf(path, sizeof path, "%s/native-%d", folder, i);
    rmdir(path);
  }
  return made > 0;
}

static int own(pid_t other) { // the kernel signals it whenever the pipe has something to read
  int ends[2];
  struct f_owner_ex owner = {F_OWNER_PID, other};
  return pipe(ends) == 0 && (fcntl(ends[0], F_SETOWN, other) == 0 || fcntl(ends[0], F_SETOWN_EX, &owner) == 0 ||
    ioctl(ends[0], FIOSETOWN, &other) == 0);
}

static int watches(const char *path) {
  int fd = inotify_init1(0);
  return fd >= 0 || inotify_init() >= 0 || inotify_add_watch(fd, path, IN_ALL_EVENTS) >= 0;
}

static int stack(void) { // may it grow beyond any bound?
  struct rlimit limit;
  return getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_max > 64 << 20;
}

static int disk(void) { // more than 40 MB of it
  int fd = open(P_tmpdir "/fill", O_CREAT | O_WRONLY, 0644);
  char block[1 << 16] = {1};
  signal(SIGXFSZ, SIG_IGN);
  for (int i = 0; i < 640; i++) if (fd < 0 || write(fd, block, sizeof block) < 0) return 0;
  unlink(P_tmpdir "/fill");
  return 1;
}

#ifdef COPIED
// Becomes a copy of itself, confined as `child/serve-forks.ts` does it.
static void copy(void) {
  static unsigned char rules[] = {FILTER};
  struct sock_fprog program = {sizeof rules / sizeof(struct sock_filter), (struct sock_filter *)rules};
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  pid_t pid = fork();
  if (pid > 0) _exit(waitpid(pid, NULL, 0) != pid);
  if (pid < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) _exit(1);
}

static int opens(const char *file, pid_t pid, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
  return open(path, flags) >= 0;
}
#endif

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "-e") == 0) return 0; // the grader asks Node how large it is
#ifdef COPIED
  copy();
#endif
  pid_t parent = getppid();
  pthread_t thread;
  char byte;
  struct iovec mine = {&byte, 1}, theirs = {(void *)&mine, 1};
  struct rlimit limit;

  door("thread", pthread_create(&thread, NULL, nothing, NULL) == 0);
  door("read", open(SECRET, O_RDONLY) >= 0);
  door("write", open(MARKS "/native", O_CREAT | O_WRONLY, 0644) >= 0);
  door("list", opendir(MARKS) != NULL);
  door("see-that-it-exists", stat(SECRET, &(struct stat){0}) == 0);
  door("link", symlink(SECRET, MARKS "/native-link") == 0);
  door("fork", forked());
  door("clone", cloned());
  door("tcp", tcp());
  door("unix-socket", unix_socket());
  door("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0}) == 0);
  door("memory-file", memfd_create("x", 0) >= 0);
  door("shared-memory", shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) >= 0);
  door("io-uring", syscall(SYS_io_uring_setup, 1, calloc(1, 256)) >= 0);
  door("signal-a-thread", syscall(SYS_tgkill, parent, parent, 0) == 0);
  door("own-descriptor", own(parent));
  door("watch", watches(MARKS));
  door("files", files(P_tmpdir) || files("/dev/shm") || files("/dev") || files("/"));
  door("memory-of-requests", syscall(SYS_io_setup, 64, &(unsigned long){0}) == 0);
#ifdef CONFINED
  door("change-mode", chmod(SECRET, 0644) == 0);
  door("change-times", utimes(SECRET, NULL) == 0);
  door("pipe-file", mkfifo(MARKS "/native-pipe", 0600) == 0);
  door("signal", kill(parent, 0) == 0);
  door("trace", ptrace(PTRACE_SEIZE, parent, 0, 0) == 0);
  door("read-memory", process_vm_readv(parent, &mine, 1, &theirs, 1, 0) >= 0);
  door("parent-limits", prlimit(parent, RLIMIT_CORE, NULL, &limit) == 0);
  door("parent-priority", setpriority(PRIO_PROCESS, parent, 0) == 0 || getpriority(PRIO_PROCESS, parent) >= 0);
  door("namespace", unshare(CLONE_NEWUSER) == 0);
  door("mount", mount("none", "/tmp", "tmpfs", 0, NULL) == 0);
  door("root", setuid(0) == 0);
  door("keys", syscall(SYS_keyctl, 0, -3, 1) >= 0);
  door("type-into-terminal", ioctl(1, TIOCSTI, "x") == 0);
  door("memory-of-zeros", memory(MAP_SHARED, open("/dev/zero", O_RDWR)));
  door("descriptors", descriptors());
  door("disk", disk());
  door("stack", stack());
  door("memory", memory(MAP_PRIVATE | MAP_ANONYMOUS, -1));
  door("memory-shared", memory(MAP_SHARED | MAP_ANONYMOUS, -1));
  door("memory-that-grows", memory(MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1));
#endif
#ifdef COPIED
  door("memory-of-the-server", opens("mem", parent, O_RDWR));
  door("map-of-the-server", opens("maps", parent, O_RDONLY));
  door("environment-of-the-server", opens("environ", parent, O_RDONLY));
  door("write-to-the-server", opens("oom_score_adj", parent, O_WRONLY));
#endif
  execl("/bin/sh", "sh", "-c", "echo shell open", NULL);
  door("shell", 0);
  return 0;
}
#endif
