// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

// A layer between a program and the files of one folder, loaded with LD_PRELOAD.
//
// It keeps a journal of what was done to those files and directories since they were last synced, with the bytes before
// and after, so that power_loss.py can show, after a kill -9, what a power failure would have left: the page cache that
// survives the kill is taken back. fsync itself is only noted, which also makes the runs fast.
//
//   SAFECONDUCT_FAULT_DATA     the folder, absolute
//   SAFECONDUCT_FAULT_JOURNAL  another folder, for the journal and for what was unlinked
//   SAFECONDUCT_FAULT_SPACE    optional: a file of two 64-bit integers, read at every call: flags (1: space is limited,
//                              2: the disk is read-only, 4: syncs are only pretended) and the bytes that are left
//   SAFECONDUCT_FAULT_LATENCY  optional: the microseconds that a sync takes at most, so that a kill finds some in progress
//
// A record is written before what it describes is done: a kill in between leaves a record of something that never
// happened, and taking that back changes nothing.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPENED = 1, CREATED, WRITE, TRUNCATE, SYNC, DIRSYNC, UNLINK, RENAME };

// Little-endian as it lies in memory; power_loss.py reads it so.
struct record {
    uint32_t magic, kind;
    uint64_t file, a, b;
    uint32_t first, second;  // lengths of the two byte strings that follow
};

struct space {
    _Atomic int64_t flags, left;
};

#define MAGIC 0x53664661u
#define MAX_FD 65536
#define MAX_NAMES 4096

static char data_folder[4096], journal_folder[4096];
static size_t data_length;
static int journal = -1;
static struct space *space;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// What a descriptor is: 0 nothing of ours, -1 the folder itself or one below, else the number of a file.
static int64_t by_fd[MAX_FD];
static char *directory_of_fd[MAX_FD];
static struct { char *path; int64_t file; } names[MAX_NAMES];
static int name_count;
static int64_t last_file, last_kept;
static uint64_t sequence;
static unsigned latency;

#define REAL(result, name, ...) static result (*real_##name)(__VA_ARGS__)
REAL(int, open, const char *, int, ...);
REAL(int, open64, const char *, int, ...);
REAL(int, openat, int, const char *, int, ...);
REAL(int, close, int);
REAL(ssize_t, write, int, const void *, size_t);
REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
REAL(int, ftruncate, int, off_t);
REAL(int, fsync, int);
REAL(int, fdatasync, int);
REAL(int, unlink, const char *);
REAL(int, rename, const char *, const char *);

static void begin(void) {
#define FIND(name) *(void **)&real_##name = dlsym(RTLD_NEXT, #name)
    FIND(open); FIND(open64); FIND(openat); FIND(close); FIND(write); FIND(pwrite);
    FIND(ftruncate); FIND(fsync); FIND(fdatasync); FIND(unlink); FIND(rename);
    const char *data = getenv("SAFECONDUCT_FAULT_DATA"), *folder = getenv("SAFECONDUCT_FAULT_JOURNAL");
    if (!data || !folder || strlen(data) >= sizeof data_folder || strlen(folder) >= sizeof journal_folder - 64) return;
    strcpy(data_folder, data);
    strcpy(journal_folder, folder);
    data_length = strlen(data_folder);
    char path[4200];
    snprintf(path, sizeof path, "%s/journal.%d", journal_folder, (int)getpid());
    journal = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const char *most = getenv("SAFECONDUCT_FAULT_LATENCY");
    latency = most ? (unsigned)atoi(most) : 0;
    const char *shared = getenv("SAFECONDUCT_FAULT_SPACE");
    int file = shared ? real_open(shared, O_RDWR | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *page = mmap(NULL, sizeof(struct space), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (page != MAP_FAILED) space = page;
        real_close(file);
    }
}

static void enter(void) {
    pthread_once(&once, begin);
    pthread_mutex_lock(&lock);
}

static void leave(void) {
    int kept = errno;
    pthread_mutex_unlock(&lock);
    errno = kept;
}

static void note(enum kind kind, int64_t file, uint64_t a, uint64_t b, const void *first, size_t first_length,
                 const void *second, size_t second_length) {
    struct record record = {MAGIC, kind, (uint64_t)file, a, b, (uint32_t)first_length, (uint32_t)second_length};
    struct iovec parts[3] = {{&record, sizeof record}, {(void *)first, first_length}, {(void *)second, second_length}};
    sequence++;
    // One call: a record is whole or at the very end of the journal.
    if (syscall(SYS_writev, journal, parts, 3) < 0) abort();
}

// The path below the folder as we name it; NULL for what is none of ours. The shared-memory index of SQLite is left
// out: it is only ever a mapping, and a power failure takes all of it.
static char *tracked(const char *path) {
    static __thread char full[4096];
    if (journal < 0 || !path) return NULL;
    if (path[0] == '/') {
        snprintf(full, sizeof full, "%s", path);
    } else {
        char here[2048];
        if (!getcwd(here, sizeof here)) return NULL;
        snprintf(full, sizeof full, "%s/%s", here, path);
    }
    size_t length = strlen(full);
    while (length > 1 && (full[length - 1] == '/' || (full[length - 1] == '.' && full[length - 2] == '/')))
        full[--length] = 0;
    if (strncmp(full, data_folder, data_length) != 0) return NULL;
    if (full[data_length] != '/' && full[data_length] != 0) return NULL;
    if (length > 4 && strcmp(full + length - 4, "-shm") == 0) return NULL;
    return full;
}

static int find(const char *path) {
    for (int index = 0; index < name_count; index++)
        if (strcmp(names[index].path, path) == 0) return index;
    return -1;
}

static void forget(const char *path) {
    int index = find(path);
    if (index < 0) return;
    free(names[index].path);
    names[index] = names[--name_count];
}

static int64_t file_at(const char *path, int is_new) {
    int index = find(path);
    if (index >= 0 && !is_new) return names[index].file;
    if (index >= 0) forget(path);
    if (name_count == MAX_NAMES) abort();
    names[name_count].path = strdup(path);
    names[name_count].file = ++last_file;
    name_count++;
    note(is_new ? CREATED : OPENED, last_file, 0, 0, path, strlen(path), NULL, 0);
    return last_file;
}

static int is_read_only(void) { return space && (space->flags & 2); }

// How many of `wanted` further bytes there is room for; takes them.
static int64_t take(int64_t wanted) {
    if (!space || !(space->flags & 1) || wanted <= 0) return wanted;
    int64_t left = space->left;
    int64_t given = left < wanted ? (left < 0 ? 0 : left) : wanted;
    space->left -= given;
    return given;
}

static void give(int64_t bytes) {
    if (space && bytes > 0) space->left += bytes;
}

static void note_truncation(int64_t file, int fd, int64_t size) {
    struct stat status;
    if (fstat(fd, &status) != 0) return;
    int64_t tail = status.st_size > size ? status.st_size - size : 0;
    char *bytes = malloc((size_t)tail + 1);
    ssize_t read = tail ? pread(fd, bytes, (size_t)tail, size) : 0;
    note(TRUNCATE, file, (uint64_t)size, (uint64_t)status.st_size, bytes, read > 0 ? (size_t)read : 0, NULL, 0);
    free(bytes);
    give(tail);
}

// --- opening and closing ----------------------------------------------------------------------------------------

static int opened(const char *path, int flags, mode_t mode, int (*open_it)(const char *, int, ...)) {
    char *known = tracked(path);
    if (!known) {
        int fd = open_it(path, flags, mode);
        if (fd >= 0 && fd < MAX_FD) by_fd[fd] = 0;
        return fd;
    }
    struct stat status;
    int exists = stat(known, &status) == 0;
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    if (is_read_only() && (writes || (!exists && flags & O_CREAT))) {
        errno = EROFS;
        return -1;
    }
    if (exists && S_ISDIR(status.st_mode)) {
        int fd = open_it(path, flags, mode);
        if (fd >= 0 && fd < MAX_FD) {
            by_fd[fd] = -1;
            free(directory_of_fd[fd]);
            directory_of_fd[fd] = strdup(known);
        }
        return fd;
    }
    int64_t file = 0;
    if (!exists && flags & O_CREAT) {
        if (space && space->flags & 1 && space->left <= 0) {
            errno = ENOSPC;
            return -1;
        }
        file = file_at(known, 1);
    } else if (exists) {
        file = file_at(known, 0);
        if (flags & O_TRUNC && status.st_size > 0) {
            int reader = real_open(known, O_RDONLY | O_CLOEXEC);
            if (reader >= 0) {
                note_truncation(file, reader, 0);
                real_close(reader);
            }
        }
    }
    int fd = open_it(path, flags, mode);
    if (fd >= 0 && fd < MAX_FD) by_fd[fd] = file;
    return fd;
}

#define MODE_OF(flags, mode)                       \
    mode_t mode = 0;                               \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {       \
        va_list list;                              \
        va_start(list, flags);                     \
        mode = va_arg(list, mode_t);               \
        va_end(list);                              \
    }

int open(const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    enter();
    int fd = opened(path, flags, mode, real_open);
    leave();
    return fd;
}

int open64(const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    enter();
    int fd = opened(path, flags, mode, real_open64);
    leave();
    return fd;
}

int __open_2(const char *path, int flags) { return open(path, flags); }
int __open64_2(const char *path, int flags) { return open64(path, flags); }

int openat(int folder, const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    enter();
    int fd;
    if (folder == AT_FDCWD || path[0] == '/') {
        fd = opened(path, flags, mode, real_open);
    } else {
        fd = real_openat(folder, path, flags, mode);
        if (fd >= 0 && fd < MAX_FD) by_fd[fd] = 0;
    }
    leave();
    return fd;
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE_OF(flags, mode)
    return openat(folder, path, flags, mode);
}

int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd) {
    enter();
    if (fd >= 0 && fd < MAX_FD) by_fd[fd] = 0;
    int result = real_close(fd);
    leave();
    return result;
}

// --- contents ---------------------------------------------------------------------------------------------------

static int64_t ours(int fd) { return journal >= 0 && fd >= 0 && fd < MAX_FD && by_fd[fd] > 0 ? by_fd[fd] : 0; }

static ssize_t written(int64_t file, int fd, const void *bytes, size_t count, off_t offset, int at_offset) {
    if (is_read_only()) {
        errno = EROFS;
        return -1;
    }
    struct stat status;
    if (fstat(fd, &status) != 0) return -1;
    int64_t growth = (int64_t)offset + (int64_t)count - status.st_size;
    if (growth > 0) {
        int64_t wanted = growth < (int64_t)count ? growth : (int64_t)count;
        int64_t given = take(wanted);
        // A full disk takes what it can: a short write first, an error for the rest.
        count -= (size_t)(wanted - given);
        if (count == 0) {
            errno = ENOSPC;
            return -1;
        }
    }
    char *old = malloc(count + 1);
    ssize_t before = pread(fd, old, count, offset);
    note(WRITE, file, (uint64_t)offset, (uint64_t)status.st_size, old, before > 0 ? (size_t)before : 0, bytes, count);
    free(old);
    return at_offset ? real_pwrite(fd, bytes, count, offset) : real_write(fd, bytes, count);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    enter();
    int64_t file = ours(fd);
    ssize_t result;
    if (file && count > 0) {
        struct stat status;
        int append = fcntl(fd, F_GETFL) & O_APPEND;
        off_t offset = append && fstat(fd, &status) == 0 ? status.st_size : lseek(fd, 0, SEEK_CUR);
        result = written(file, fd, bytes, count, offset, 0);
        leave();
    } else {
        leave();
        // Sockets and pipes may block: never under the lock.
        result = real_write(fd, bytes, count);
    }
    return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    enter();
    int64_t file = ours(fd);
    ssize_t result = file && count > 0 ? written(file, fd, bytes, count, offset, 1)
                                       : real_pwrite(fd, bytes, count, offset);
    leave();
    return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) { return pwrite(fd, bytes, count, offset); }

int ftruncate(int fd, off_t size) {
    enter();
    int64_t file = ours(fd);
    int result = -1;
    if (file && is_read_only()) {
        errno = EROFS;
    } else {
        if (file) note_truncation(file, fd, size);
        result = real_ftruncate(fd, size);
    }
    leave();
    return result;
}

int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

// --- syncing ----------------------------------------------------------------------------------------------------

static int synced(int fd, int (*sync_it)(int)) {
    enter();
    int result = 0;
    if (journal >= 0 && fd >= 0 && fd < MAX_FD && by_fd[fd] != 0) {
        int64_t file = by_fd[fd];
        // Only what was done before the call began is safe when it ends.
        uint64_t until = sequence;
        if (latency) {
            leave();
            usleep(latency / 2 + (unsigned)(until * 7919 % (latency / 2 + 1)));
            enter();
        }
        if (is_read_only()) {
            errno = EROFS;
            result = -1;
        } else if (space && space->flags & 4) {
            result = 0;
        } else if (file < 0) {
            const char *folder = directory_of_fd[fd];
            note(DIRSYNC, 0, until, 0, folder, strlen(folder), NULL, 0);
        } else {
            note(SYNC, file, until, 0, NULL, 0, NULL, 0);
        }
        leave();
        return result;
    }
    leave();
    return sync_it(fd);
}

int fsync(int fd) {
    pthread_once(&once, begin);
    return synced(fd, real_fsync);
}

int fdatasync(int fd) {
    pthread_once(&once, begin);
    return synced(fd, real_fdatasync);
}

// --- names ------------------------------------------------------------------------------------------------------

// Keeps what is about to lose its name, so that the name can come back.
static int64_t keep(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return 0;
    char kept[4200];
    snprintf(kept, sizeof kept, "%s/kept.%d.%lld", journal_folder, (int)getpid(), (long long)++last_kept);
    if (link(path, kept) != 0) abort();
    give(status.st_size);
    return last_kept;
}

int unlink(const char *path) {
    enter();
    char *known = tracked(path);
    int result = -1;
    if (known && is_read_only()) {
        errno = EROFS;
    } else {
        if (known && access(known, F_OK) == 0) {
            int64_t file = file_at(known, 0);
            note(UNLINK, file, (uint64_t)keep(known), 0, known, strlen(known), NULL, 0);
            forget(known);
        }
        result = real_unlink(path);
    }
    leave();
    return result;
}

int unlinkat(int folder, const char *path, int flags) {
    if (!(flags & AT_REMOVEDIR) && (folder == AT_FDCWD || path[0] == '/')) return unlink(path);
    return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int rename(const char *from, const char *to) {
    enter();
    char old[4096] = "";
    char *known = tracked(from);
    if (known) strcpy(old, known);
    known = tracked(to);
    int result = -1;
    if ((old[0] || known) && is_read_only()) {
        errno = EROFS;
    } else {
        if (old[0] && known && access(old, F_OK) == 0) {
            int64_t file = file_at(old, 0);
            note(RENAME, file, (uint64_t)keep(known), (uint64_t)(find(known) < 0 ? 0 : names[find(known)].file), old,
                 strlen(old), known, strlen(known));
            forget(known);
            int index = find(old);
            if (index >= 0) {
                free(names[index].path);
                names[index].path = strdup(known);
            }
        }
        result = real_rename(from, to);
    }
    leave();
    return result;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    if ((from_folder == AT_FDCWD || from[0] == '/') && (to_folder == AT_FDCWD || to[0] == '/')) return rename(from, to);
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    int whole = (from_folder == AT_FDCWD || from[0] == '/') && (to_folder == AT_FDCWD || to[0] == '/');
    if (whole && flags == 0) return rename(from, to);
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}
