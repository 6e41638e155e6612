/// sshd's PAM stack as its distribution has it. No package keeps a pristine copy of it on the disk.
package enum DistributionPAM {
    static let sshd = "/etc/pam.d/sshd"

    /// What Debian's pam-auth-update(8) writes.
    package static let common = ["account", "auth", "password", "session", "session-noninteractive"].map { "/etc/pam.d/common-\($0)" }

    /// nil: of no family that is known here.
    static func contents(hasCommon: Bool, hasPasswordAuth: Bool) -> [UInt8]? {
        if hasCommon { return Array(debian.utf8) }
        return hasPasswordAuth ? Array(redHat.utf8) : nil
    }

    private static let header = "# sshd's PAM stack as the distribution has it, put here by vmaccess-agent; the old one is beside it.\n"

    private static let debian =
        header + """
            @include common-auth
            account required pam_nologin.so
            @include common-account
            session [success=ok ignore=ignore module_unknown=ignore default=bad] pam_selinux.so close
            session required pam_loginuid.so
            session optional pam_keyinit.so force revoke
            @include common-session
            session optional pam_motd.so motd=/run/motd.dynamic
            session optional pam_motd.so noupdate
            session optional pam_mail.so standard noenv
            session required pam_limits.so
            session required pam_env.so
            session required pam_env.so envfile=/etc/default/locale
            session [success=ok ignore=ignore module_unknown=ignore default=bad] pam_selinux.so open
            @include common-password

            """

    private static let redHat =
        header + """
            auth substack password-auth
            account required pam_nologin.so
            account include password-auth
            password include password-auth
            session [success=ok ignore=ignore module_unknown=ignore default=bad] pam_selinux.so close
            session required pam_loginuid.so
            session [success=ok ignore=ignore module_unknown=ignore default=bad] pam_selinux.so open env_params
            session optional pam_keyinit.so force revoke
            session include password-auth

            """
}
