/* Preloaded into berth: lets the Nth operation on a file below one directory fail, once.
 *
 *   BERTH_FAULT_DIR    the directory
 *   BERTH_FAULT_AT     which operation fails, counted from 1; 0: none
 *   BERTH_FAULT_ERRNO  with what, as a number
 *   BERTH_FAULT_SHORT  1: a write that fails has written half of its bytes before
 *   BERTH_FAULT_LOG    gets a line for the operation that failed, or with BERTH_FAULT_AT=0 for
 *                      each operation; lies outside of the directory
 *
 * Counted are calls that change something or open it, of the program and of the libraries it
 * uses, SQLite among them. Calls inside libc are not seen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { most_files = 65536 };

static const char *directory;
static size_t directory_length;
static long at;
static int error_number = EIO;
static int writes_half;
static int log_file = -1;
static atomic_long count;
static atomic_uchar inside[most_files]; /* whether the descriptor is of a file below `directory` */
static atomic_int fails_next = -1;      /* a descriptor whose last write was cut short */

__attribute__((constructor)) static void begin(void) {
    const char *text;
    directory = getenv("BERTH_FAULT_DIR");
    directory_length = directory ? strlen(directory) : 0;
    if ((text = getenv("BERTH_FAULT_AT"))) at = atol(text);
    if ((text = getenv("BERTH_FAULT_ERRNO"))) error_number = atoi(text);
    if ((text = getenv("BERTH_FAULT_SHORT"))) writes_half = atoi(text);
    if ((text = getenv("BERTH_FAULT_LOG")))
        log_file = (int)syscall(SYS_openat, AT_FDCWD, text,
                                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static void *next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

/* The real function, looked up once per call site. */
#define REAL(type, name)                                                                           \
    static __typeof__(type) real;                                                                  \
    if (!real) real = (type)next(name)

static int is_below(const char *path) {
    return directory && path && strncmp(path, directory, directory_length) == 0 &&
           (path[directory_length] == '/' || path[directory_length] == '\0');
}

static int is_below_at(int folder, const char *path) {
    char link[64], base[PATH_MAX];
    ssize_t size;
    if (!path || path[0] == '/' || folder == AT_FDCWD) return is_below(path);
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    size = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
    if (size < 0) return 0;
    base[size] = '\0';
    return is_below(base);
}

static int is_inside(int file) { return file >= 0 && file < most_files && inside[file]; }

static void say(long number, const char *what, const char *path, int file) {
    char line[PATH_MAX + 128], link[64], found[PATH_MAX];
    int size;
    if (log_file < 0) return;
    if (!path) {
        ssize_t length;
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        length = syscall(SYS_readlinkat, AT_FDCWD, link, found, sizeof found - 1);
        found[length < 0 ? 0 : length] = '\0';
        path = found;
    }
    size = snprintf(line, sizeof line, "%ld %s %s\n", number, what, path);
    if (size > 0) syscall(SYS_write, log_file, line, (size_t)size);
}

/* Whether this operation is the one that fails. */
static int fails(const char *what, const char *path, int file) {
    long number = atomic_fetch_add(&count, 1) + 1;
    if (at == 0 || number == at) say(number, what, path, file);
    if (number != at) return 0;
    errno = error_number;
    return 1;
}

static int fails_on_file(const char *what, int file) {
    int expected = file;
    if (!is_inside(file)) return 0;
    if (atomic_compare_exchange_strong(&fails_next, &expected, -1)) {
        errno = error_number;
        return 1;
    }
    return fails(what, NULL, file);
}

static int opened(int file, int below) {
    if (file >= 0 && file < most_files) inside[file] = (unsigned char)below;
    return file;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        mode_t mode = 0;                                                                           \
        int below = is_below(path);                                                                \
        REAL(int (*)(const char *, int, ...), #name);                                              \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                       \
            va_list rest;                                                                          \
            va_start(rest, flags);                                                                 \
            mode = va_arg(rest, mode_t);                                                           \
            va_end(rest);                                                                          \
        }                                                                                          \
        if (below && fails(#name, path, -1)) return -1;                                            \
        return opened(real(path, flags, mode), below);                                             \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    int name(int folder, const char *path, int flags, ...) {                                       \
        mode_t mode = 0;                                                                           \
        int below = is_below_at(folder, path);                                                     \
        REAL(int (*)(int, const char *, int, ...), #name);                                         \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                       \
            va_list rest;                                                                          \
            va_start(rest, flags);                                                                 \
            mode = va_arg(rest, mode_t);                                                           \
            va_end(rest);                                                                          \
        }                                                                                          \
        if (below && fails(#name, path, -1)) return -1;                                            \
        return opened(real(folder, path, flags, mode), below);                                     \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int file) {
    REAL(int (*)(int), "close");
    if (file >= 0 && file < most_files) inside[file] = 0;
    return real(file);
}

/* Half of a write is done, and the next one on the file fails: so a full disk is met. */
static int is_cut(int file, size_t size) {
    if (!writes_half || size < 2) return 0;
    fails_next = file;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t size) {
    REAL(ssize_t (*)(int, const void *, size_t), "write");
    if (!fails_on_file("write", file)) return real(file, bytes, size);
    return is_cut(file, size) ? real(file, bytes, size / 2) : -1;
}

ssize_t writev(int file, const struct iovec *parts, int number) {
    REAL(ssize_t (*)(int, const struct iovec *, int), "writev");
    return fails_on_file("writev", file) ? -1 : real(file, parts, number);
}

#define PWRITE(name, offset_type)                                                                  \
    ssize_t name(int file, const void *bytes, size_t size, offset_type offset) {                   \
        REAL(ssize_t (*)(int, const void *, size_t, offset_type), #name);                          \
        if (!fails_on_file(#name, file)) return real(file, bytes, size, offset);                   \
        return is_cut(file, size) ? real(file, bytes, size / 2, offset) : -1;                      \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define ON_FILE(name, parameters, types, ...)                                                      \
    int name parameters {                                                                          \
        REAL(int (*) types, #name);                                                                \
        return fails_on_file(#name, file) ? -1 : real(__VA_ARGS__);                                \
    }
ON_FILE(fsync, (int file), (int), file)
ON_FILE(fdatasync, (int file), (int), file)
ON_FILE(ftruncate, (int file, off_t size), (int, off_t), file, size)
ON_FILE(ftruncate64, (int file, off64_t size), (int, off64_t), file, size)
ON_FILE(fchmod, (int file, mode_t mode), (int, mode_t), file, mode)

#define ON_PATH(name, parameters, types, ...)                                                      \
    int name parameters {                                                                          \
        REAL(int (*) types, #name);                                                                \
        return is_below(path) && fails(#name, path, -1) ? -1 : real(__VA_ARGS__);                  \
    }
ON_PATH(unlink, (const char *path), (const char *), path)
ON_PATH(remove, (const char *path), (const char *), path)
ON_PATH(rmdir, (const char *path), (const char *), path)
ON_PATH(mkdir, (const char *path, mode_t mode), (const char *, mode_t), path, mode)
ON_PATH(rename, (const char *path, const char *to), (const char *, const char *), path, to)
ON_PATH(link, (const char *path, const char *to), (const char *, const char *), path, to)

#define ON_PATH_AT(name, parameters, types, ...)                                                   \
    int name parameters {                                                                          \
        REAL(int (*) types, #name);                                                                \
        return is_below_at(folder, path) && fails(#name, path, -1) ? -1 : real(__VA_ARGS__);       \
    }
ON_PATH_AT(unlinkat, (int folder, const char *path, int flags), (int, const char *, int), folder,
           path, flags)
ON_PATH_AT(mkdirat, (int folder, const char *path, mode_t mode), (int, const char *, mode_t),
           folder, path, mode)
ON_PATH_AT(renameat, (int folder, const char *path, int to_folder, const char *to),
           (int, const char *, int, const char *), folder, path, to_folder, to)
ON_PATH_AT(linkat, (int folder, const char *path, int to_folder, const char *to, int flags),
           (int, const char *, int, const char *, int), folder, path, to_folder, to, flags)
