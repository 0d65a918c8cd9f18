/*
 * A disk and a clock that fail on command: loaded before libc (LD_PRELOAD), it counts the calls that change the files
 * whose paths begin with SHIM_UNDER, and at a call of a chosen number does what SHIM_DO says.
 *
 *   SHIM_UNDER=/folder           which files
 *   SHIM_DO=ACTION               eio, nospace   the call fails so; SHIM_FOR calls from this one on do (0: all that follow)
 *                                kill           the process is killed before the call
 *                                tear           the first half of the bytes is written, then the process is killed
 *                                cut            the power goes: of all that was written and never synced, a part is
 *                                               taken back, as a disk does that had not written it; then the kill
 *   SHIM_AT=N                    the number of the call, from 1
 *   SHIM_SEED=N                  which part a cut takes back
 *   SHIM_COUNT=/file             where the number of calls is written when the process ends by itself
 *   SHIM_NOLINK=1                link() fails, as on a file system without hard links
 *   SHIM_CLOCK=/file             eight bytes: the nanoseconds to add to the time of day; they may change at any moment
 *
 * Counted are write, pwrite, fsync, fdatasync, ftruncate, rename, link and unlink.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum act { NONE, EIO_, NOSPACE, KILL, TEAR, CUT };

/* A file that was written to. Its descriptor stays open: closing any drops the locks that the process holds on it. */
struct file {
    dev_t dev;
    ino_t ino;
    int fd;
    struct file *next;
};

/* What a write that was not synced yet put in the place of: `size` is the file's size before it. */
struct undo {
    struct file *file;
    off_t at, size;
    size_t length;
    char *old;
    struct undo *before;
};

static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const char *under, *count_file;
static size_t under_length;
static enum act act;
static long at, number, how_many = 1, nolink;
static uint64_t seed;
static struct undo *last;
static struct file *files;
static volatile int64_t *ahead;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *), (*real_link)(const char *, const char *);
static int (*real_linkat)(int, const char *, int, const char *, int), (*real_unlink)(const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_clock)(clockid_t, struct timespec *);

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

__attribute__((constructor)) static void start(void) {
    const char *action = getenv("SHIM_DO"), *clock_file = getenv("SHIM_CLOCK"), *value;
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_link = dlsym(RTLD_NEXT, "link");
    real_linkat = dlsym(RTLD_NEXT, "linkat");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_unlinkat = dlsym(RTLD_NEXT, "unlinkat");
    real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    under = getenv("SHIM_UNDER");
    under_length = under ? strlen(under) : 0;
    count_file = getenv("SHIM_COUNT");
    if ((value = getenv("SHIM_AT"))) at = atol(value);
    if ((value = getenv("SHIM_FOR"))) how_many = atol(value);
    if ((value = getenv("SHIM_SEED"))) seed = strtoull(value, NULL, 10);
    nolink = getenv("SHIM_NOLINK") != NULL;
    if (action) {
        const char *names[] = {"", "eio", "nospace", "kill", "tear", "cut"};
        for (int each = 1; each < 6; each++)
            if (!strcmp(action, names[each])) act = (enum act)each;
    }
    if (clock_file) {
        int file = open(clock_file, O_RDONLY | O_CLOEXEC);
        if (file >= 0) {
            void *page = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
            if (page != MAP_FAILED) ahead = page;
            close(file);
        }
    }
}

__attribute__((destructor)) static void finish(void) {
    char line[32];
    if (!count_file || !under) return;
    int file = open(count_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return;
    real_write(file, line, (size_t)snprintf(line, sizeof line, "%ld\n", number));
    close(file);
}

/* The index of a WAL file is shared memory in the shape of a file: no disk ever needs it. */
static int matches(const char *path) {
    size_t length = strlen(path);
    return !strncmp(path, under, under_length) && (length < 4 || strcmp(path + length - 4, "-shm"));
}

static int ours_path(const char *path) {
    char full[PATH_MAX];
    if (!under) return 0;
    if (path[0] == '/') return matches(path);
    if (!getcwd(full, sizeof full)) return 0;
    return matches(full);
}

static int ours(int fd) {
    char link[64], path[PATH_MAX];
    if (!under) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return matches(path);
}

static uint64_t chance(void) {  /* splitmix64 */
    uint64_t next = (seed += 0x9e3779b97f4a7c15ULL);
    next = (next ^ (next >> 30)) * 0xbf58476d1ce4e5b9ULL;
    next = (next ^ (next >> 27)) * 0x94d049bb133111ebULL;
    return next ^ (next >> 31);
}

/* Which action this call meets. */
static enum act turn(void) {
    number++;
    if (act == NONE || number < at) return NONE;
    if (act == KILL) die();
    if (act == EIO_ || act == NOSPACE) return how_many && number >= at + how_many ? NONE : act;
    return number == at ? act : NONE;
}

static int refuse(enum act how) {
    errno = how == EIO_ ? EIO : ENOSPC;
    return -1;
}

static struct file *file_of(int fd, const struct stat *about) {
    char path[64];
    for (struct file *one = files; one; one = one->next)
        if (one->ino == about->st_ino && one->dev == about->st_dev) return one;
    struct file *new = calloc(1, sizeof *new);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    new->dev = about->st_dev, new->ino = about->st_ino;
    new->fd = open(path, O_RDWR | O_CLOEXEC);
    new->next = files;
    return files = new;
}

static void remember(int fd, off_t where, size_t length) {
    struct stat about;
    if (act != CUT || fstat(fd, &about) || !S_ISREG(about.st_mode)) return;
    struct undo *one = calloc(1, sizeof *one);
    one->file = file_of(fd, &about);
    one->size = about.st_size, one->at = where;
    one->old = malloc(length ? length : 1);
    ssize_t there = pread(one->file->fd, one->old, length, where);
    one->length = there > 0 ? (size_t)there : 0;
    one->before = last;
    last = one;
}

static void synced(int fd) {
    struct stat about;
    if (act != CUT || fstat(fd, &about)) return;
    for (struct undo **place = &last; *place;) {
        struct undo *one = *place;
        if (one->file->ino == about.st_ino && one->file->dev == about.st_dev) {
            *place = one->before;
            free(one->old);
            free(one);
        } else {
            place = &one->before;
        }
    }
}

/* The newest first; what is taken back may be any part of what was never synced. */
static void cut(void) {
    struct stat about;
    for (struct undo *one = last; one; one = one->before) {
        if (chance() % 3 == 0) continue;
        if (one->length) real_pwrite(one->file->fd, one->old, one->length, one->at);
        if (fstat(one->file->fd, &about) || about.st_size <= one->size) continue;
        /* What was added is not there at all, or there is room for it with nothing in it. */
        real_ftruncate(one->file->fd, one->size);
        if (chance() % 2) real_ftruncate(one->file->fd, about.st_size);
    }
    die();
}

static ssize_t put(int fd, const void *bytes, size_t length, off_t where, int placed) {
    if (!ours(fd)) return placed ? real_pwrite(fd, bytes, length, where) : real_write(fd, bytes, length);
    pthread_mutex_lock(&mutex);
    enum act now = turn();
    ssize_t done;
    if (now == EIO_ || now == NOSPACE) {
        done = refuse(now);
    } else {
        remember(fd, placed ? where : lseek(fd, 0, SEEK_CUR), length);
        if (now == TEAR) length /= 2;
        done = placed ? real_pwrite(fd, bytes, length, where) : real_write(fd, bytes, length);
        if (now == TEAR) die();
        if (now == CUT) cut();
    }
    pthread_mutex_unlock(&mutex);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length) { return put(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t where) { return put(fd, bytes, length, where, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t where) { return put(fd, bytes, length, where, 1); }

static int sync_(int fd, int (*real)(int)) {
    if (!ours(fd)) return real(fd);
    pthread_mutex_lock(&mutex);
    enum act now = turn();
    if (now == CUT) cut();
    if (now == TEAR) die();
    int done = now ? refuse(now) : real(fd);
    if (!done) synced(fd);
    pthread_mutex_unlock(&mutex);
    return done;
}

int fsync(int fd) { return sync_(fd, real_fsync); }
int fdatasync(int fd) { return sync_(fd, real_fdatasync); }

static int shorten(int fd, off_t size) {
    if (!ours(fd)) return real_ftruncate(fd, size);
    pthread_mutex_lock(&mutex);
    enum act now = turn();
    struct stat about;
    int done;
    if (now == EIO_ || now == NOSPACE) {
        done = refuse(now);
    } else {
        if (!fstat(fd, &about) && about.st_size > size) remember(fd, size, (size_t)(about.st_size - size));
        done = real_ftruncate(fd, size);
        if (now == TEAR) die();
        if (now == CUT) cut();
    }
    pthread_mutex_unlock(&mutex);
    return done;
}

int ftruncate(int fd, off_t size) { return shorten(fd, size); }
int ftruncate64(int fd, off_t size) { return shorten(fd, size); }

/* Names are taken to be on disk at once: the journal of a file system keeps their order. */
#define NAMING(matches, call)                       \
    if (!(matches)) return call;                    \
    pthread_mutex_lock(&mutex);                     \
    enum act now = turn();                          \
    if (now == CUT) cut();                          \
    if (now == TEAR) die();                         \
    int done = now ? refuse(now) : call;            \
    pthread_mutex_unlock(&mutex);                   \
    return done;

int rename(const char *old, const char *new) { NAMING(ours_path(new), real_rename(old, new)) }
/* A full disk never kept anybody from removing. */
int unlink(const char *path) { NAMING(act != NOSPACE && ours_path(path), real_unlink(path)) }
int unlinkat(int folder, const char *path, int flags) {
    NAMING(act != NOSPACE && (folder == AT_FDCWD || path[0] == '/' ? ours_path(path) : ours(folder)), real_unlinkat(folder, path, flags))
}
int link(const char *old, const char *new) {
    if (nolink && ours_path(new)) return errno = EPERM, -1;
    NAMING(ours_path(new), real_link(old, new))
}
int linkat(int one, const char *old, int two, const char *new, int flags) {
    if (nolink && ours_path(new)) return errno = EPERM, -1;
    NAMING(ours_path(new), real_linkat(one, old, two, new, flags))
}

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);  /* Python asks before the constructor ran */
    if (!real) real = real_clock ? real_clock : dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(which, now);
    if (done || !ahead || which != CLOCK_REALTIME) return done;
    int64_t all = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + *ahead;
    now->tv_sec = all / 1000000000, now->tv_nsec = all % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    int done = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec, now->tv_usec = precise.tv_nsec / 1000;
    return done;
}

time_t time(time_t *into) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (into) *into = precise.tv_sec;
    return precise.tv_sec;
}
