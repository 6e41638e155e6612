// Kernel and C library calls that Glibc's Swift module lacks, because their declarations need _GNU_SOURCE, which must not be
// defined in a module's header. One thin wrapper each, prefixed; errors are the wrapped call's (-1 and errno).
#ifndef VMACCESS_CLINUX_H
#define VMACCESS_CLINUX_H

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

/// openat2(2). `resolve` takes VMA_RESOLVE_* bits.
int vma_openat2(int dirfd, const char *_Nonnull path, uint64_t flags, uint64_t mode, uint64_t resolve);
extern const uint64_t VMA_RESOLVE_IN_ROOT;
extern const uint64_t VMA_RESOLVE_NO_SYMLINKS;
extern const uint64_t VMA_RESOLVE_NO_MAGICLINKS;
extern const uint64_t VMA_RESOLVE_BENEATH;
extern const uint64_t VMA_RESOLVE_NO_XDEV;
extern const int VMA_O_PATH;

/// renameat2(2) with RENAME_NOREPLACE.
int vma_rename_noreplace(int from_dir, const char *_Nonnull from, int to_dir, const char *_Nonnull to);

/// Takes a read lease and drops it again (fcntl(2), F_SETLEASE): fails with EAGAIN while anybody has the file open for writing.
int vma_probe_read_lease(int fd);

/// fork(2), which Swift hides. Only for a process with one thread, or a child that is careful.
pid_t vma_fork(void);

/// setgroups(2), setresgid-free change of the identity that file accesses are judged by: setfsgid(2) and setfsuid(2), both
/// verified by reading them back. The real uid stays, so that the user cannot signal the process. 0, or -1 and errno.
int vma_become_for_files(uid_t uid, gid_t gid, const gid_t *_Nullable groups, size_t count);

/// posix_spawn_file_actions_addclosefrom_np(3).
int vma_spawn_close_from(posix_spawn_file_actions_t *_Nonnull actions, int first);

/// unshare(2) with CLONE_NEWNET, and setns(2) with CLONE_NEWNET.
int vma_unshare_network(void);
int vma_enter_network(int fd);

/// statvfs(3): the bit of f_flag that says "read-only".
extern const unsigned long VMA_READ_ONLY;

/// pipe2(2) with O_CLOEXEC: the reading end, then the writing end.
int vma_pipe(int ends[_Nonnull 2]);

/// getrandom(2): all of `size` bytes, or -1.
int vma_random(void *_Nonnull bytes, size_t size);

/// prctl(2): PR_SET_DUMPABLE 0; PR_SET_PDEATHSIG SIGKILL.
int vma_forbid_dumps(void);
int vma_die_with_parent(void);

/// pidfd_open(2).
int vma_pidfd_open(pid_t pid);

/// ioctl_iflags(2): a file's attribute bits (FS_IOC_GETFLAGS, FS_IOC_SETFLAGS), and two of them.
int vma_file_attributes(int fd, long *_Nonnull bits);
int vma_set_file_attributes(int fd, long bits);
extern const long VMA_ATTRIBUTE_IMMUTABLE;
extern const long VMA_ATTRIBUTE_APPEND;

/// statx(2) of an open file: when it was made. 0, or -1 where the file system does not keep it.
int vma_birth_time(int fd, int64_t *_Nonnull seconds, uint32_t *_Nonnull nanoseconds);

/// fgetxattr(2) and fsetxattr(2) of SELinux's label, "security.selinux". The length, or -1 and errno.
ssize_t vma_read_label(int fd, void *_Nonnull label, size_t size);
int vma_write_label(int fd, const void *_Nonnull label, size_t size);

/// pidfd_send_signal(2): to the process that the descriptor is of, and to no later one of the same number.
int vma_pidfd_signal(int pidfd, int number);

/// Should this process crash, the terminal gets `settings` back first (tcsetattr(3) is safe in a signal handler), so that nobody is left
/// with one that shows nothing.
void vma_restore_terminal_on_crash(int fd, const struct termios *_Nonnull settings);

/// fsopen(2), fsconfig(2), fsmount(2): the file system on a block device, read-only, without set-user-ID, devices and programs, in no
/// namespace's tree: it is gone with the descriptor. -1 and errno where the kernel cannot, or finds no such file system.
int vma_mount_detached(const char *_Nonnull device, const char *_Nonnull type);

/// Whether the processor says that this machine's memory is kept from its host (Intel TDX, AMD SEV, or Hyper-V's isolation).
int vma_is_confidential(void);

#endif
