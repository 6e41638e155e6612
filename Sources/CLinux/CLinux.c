#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

const uint64_t VMA_RESOLVE_IN_ROOT = RESOLVE_IN_ROOT;
const uint64_t VMA_RESOLVE_NO_SYMLINKS = RESOLVE_NO_SYMLINKS;
const uint64_t VMA_RESOLVE_NO_MAGICLINKS = RESOLVE_NO_MAGICLINKS;
const uint64_t VMA_RESOLVE_BENEATH = RESOLVE_BENEATH;
const uint64_t VMA_RESOLVE_NO_XDEV = RESOLVE_NO_XDEV;
const int VMA_O_PATH = O_PATH;
const unsigned long VMA_READ_ONLY = ST_RDONLY;
const long VMA_ATTRIBUTE_IMMUTABLE = FS_IMMUTABLE_FL;
const long VMA_ATTRIBUTE_APPEND = FS_APPEND_FL;

int vma_openat2(int dirfd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    return (int)syscall(SYS_openat2, dirfd, path, &how, sizeof how);
}

int vma_rename_noreplace(int from_dir, const char *from, int to_dir, const char *to) {
    return renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE);
}

int vma_probe_read_lease(int fd) {
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == -1) return -1;
    return fcntl(fd, F_SETLEASE, F_UNLCK);
}

pid_t vma_fork(void) { return fork(); }

int vma_become_for_files(uid_t uid, gid_t gid, const gid_t *groups, size_t count) {
    if (setgroups(count, groups) == -1) return -1;
    setfsgid(gid);
    setfsuid(uid);
    // Both report failure only by the value that stays: an impossible id changes nothing and returns the current one.
    if ((gid_t)setfsgid((gid_t)-1) != gid || (uid_t)setfsuid((uid_t)-1) != uid) {
        errno = EPERM;
        return -1;
    }
    return 0;
}

int vma_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
int vma_unshare_network(void) { return unshare(CLONE_NEWNET); }
int vma_enter_network(int fd) { return setns(fd, CLONE_NEWNET); }
int vma_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
int vma_random(void *bytes, size_t size) { return getrandom(bytes, size, 0) == (ssize_t)size ? 0 : -1; }
int vma_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
int vma_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
int vma_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int vma_file_attributes(int fd, long *bits) { return ioctl(fd, FS_IOC_GETFLAGS, bits); }
int vma_set_file_attributes(int fd, long bits) { return ioctl(fd, FS_IOC_SETFLAGS, &bits); }

ssize_t vma_read_label(int fd, void *label, size_t size) { return fgetxattr(fd, "security.selinux", label, size); }
int vma_write_label(int fd, const void *label, size_t size) { return fsetxattr(fd, "security.selinux", label, size, 0); }

int vma_pidfd_signal(int pidfd, int number) { return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0); }

int vma_birth_time(int fd, int64_t *seconds, uint32_t *nanoseconds) {
    struct statx info;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &info) == -1 || !(info.stx_mask & STATX_BTIME)) return -1;
    *seconds = info.stx_btime.tv_sec;
    *nanoseconds = info.stx_btime.tv_nsec;
    return 0;
}

static int crash_terminal;
static struct termios crash_settings;

static void restore_terminal(int number) {
    tcsetattr(crash_terminal, TCSANOW, &crash_settings);
    raise(number);
}

void vma_restore_terminal_on_crash(int fd, const struct termios *settings) {
    crash_terminal = fd;
    crash_settings = *settings;
    struct sigaction action = {.sa_handler = restore_terminal, .sa_flags = SA_RESETHAND | SA_NODEFER};
    const int numbers[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaction(numbers[i], &action, NULL);
}

int vma_mount_detached(const char *device, const char *type) {
    int mounted = -1, code = 0;
    int context = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
    if (context == -1) return -1;
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "source", device, 0) == 0 &&
        syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, "ro", NULL, 0) == 0 &&
        syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        mounted = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
                               MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    code = errno;
    close(context);
    errno = code;
    return mounted;
}

#if defined(__x86_64__)
/// What cpuid says under a leaf that it has; zeros otherwise.
static void ask(unsigned leaf, unsigned highest, unsigned word[4]) {
    memset(word, 0, 4 * sizeof *word);
    unsigned range[4] = {0};
    __cpuid(highest, range[0], range[1], range[2], range[3]);
    if (range[0] >= leaf && (range[0] & 0xf0000000u) == (highest & 0xf0000000u))
        __cpuid_count(leaf, 0, word[0], word[1], word[2], word[3]);
}

int vma_is_confidential(void) {
    unsigned word[4];
    ask(1, 0, word);
    if (!(word[2] & (1u << 31))) return 0; // no hypervisor
    // Intel TDX Module Specification: leaf 0x21 of a trust domain.
    ask(0x21, 0, word);
    if (word[1] == 0x65746e49 && word[3] == 0x5844546c && word[2] == 0x20202020) return 1; // "IntelTDX    "
    // AMD64 Architecture Programmer's Manual, Fn8000_001F: hypervisors show SEV to those guests alone that have it.
    ask(0x8000001f, 0x80000000, word);
    if (word[0] & (1u << 1)) return 1;
    // Hypervisor Top Level Functional Specification: isolation, and which.
    ask(0x40000003, 0x40000000, word);
    if (word[1] & (1u << 22)) {
        ask(0x4000000c, 0x40000000, word);
        if (word[1] & 0xf) return 1;
    }
    return 0;
}
#else
int vma_is_confidential(void) { return 0; }
#endif
