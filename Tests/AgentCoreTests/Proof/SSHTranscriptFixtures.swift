/// What `ssh -v` of OpenSSH 9.2p1 (Debian 12) said to sshd of the same version, with the options that the agent gives it. Taken down
/// once, from runs against real daemons; what repeats is kept in one place, and the list of signature algorithms is left out.
/// ssh ends its own lines with CR LF; words of the server come as they are.
enum Transcript {
    static let token = "TOKEN"

    private static let connecting = """
        OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.22 25 Aug 2026\r
        debug1: Connecting to 127.0.0.1 [127.0.0.1] port 2222.\r
        debug1: fd 3 clearing O_NONBLOCK\r
        debug1: Connection established.\r
        debug1: identity file eph type 3\r
        debug1: identity file eph-cert type -1\r
        debug1: Local version string SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r

        """

    private static let exchange = """
        debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1 Debian-2+deb12u10\r
        debug1: compat_banner: match: OpenSSH_9.2p1 Debian-2+deb12u10 pat OpenSSH* compat 0x04000000\r
        debug1: Authenticating to 127.0.0.1:2222 as 'bob'\r
        debug1: using hostkeyalias: vmaccess-agent-guest\r
        debug1: SSH2_MSG_KEXINIT sent\r
        debug1: SSH2_MSG_KEXINIT received\r
        debug1: kex: algorithm: sntrup761x25519-sha512\r
        debug1: kex: host key algorithm: ssh-ed25519\r
        debug1: kex: server->client cipher: chacha20-poly1305@openssh.com MAC: <implicit> compression: none\r
        debug1: kex: client->server cipher: chacha20-poly1305@openssh.com MAC: <implicit> compression: none\r
        debug1: expecting SSH2_MSG_KEX_ECDH_REPLY\r
        debug1: SSH2_MSG_KEX_ECDH_REPLY received\r
        debug1: Server host key: ssh-ed25519 SHA256:qa8svZc8dS2xKa1XJIL6ut0DnVGMkPhkVhDS38AWQvo\r
        debug1: using hostkeyalias: vmaccess-agent-guest\r

        """

    /// Up to the request for a user; from here on the other side is known to be this guest's sshd.
    private static let greeting =
        connecting + exchange + """
            debug1: Host 'vmaccess-agent-guest' is known and matches the ED25519 host key.\r
            debug1: Found key in kh:2\r
            debug1: ssh_packet_send2_wrapped: resetting send seqnr 3\r
            debug1: rekey out after 134217728 blocks\r
            debug1: SSH2_MSG_NEWKEYS sent\r
            debug1: expecting SSH2_MSG_NEWKEYS\r
            debug1: ssh_packet_read_poll2: resetting read seqnr 3\r
            debug1: SSH2_MSG_NEWKEYS received\r
            debug1: rekey in after 134217728 blocks\r
            debug1: Will attempt key: user0.pub ED25519 SHA256:Rm/OlDl9U4PdtdhgyD8iDrmuO1+IpCImlwtjQ/ndWvM explicit\r
            debug1: Will attempt key: eph ED25519 SHA256:3kI1tfU4zJkh9UURor2Mz0dK0mHi7obzgZHhcrDEI7Y explicit\r
            debug1: SSH2_MSG_EXT_INFO received\r
            debug1: kex_input_ext_info: publickey-hostbound@openssh.com=<0>\r
            debug1: SSH2_MSG_SERVICE_ACCEPT received\r

            """

    private static let firstKey = """
        debug1: Authentications that can continue: publickey,password\r
        debug1: Next authentication method: publickey\r
        debug1: Offering public key: user0.pub ED25519 SHA256:Rm/OlDl9U4PdtdhgyD8iDrmuO1+IpCImlwtjQ/ndWvM explicit\r
        debug1: Server accepts key: user0.pub ED25519 SHA256:Rm/OlDl9U4PdtdhgyD8iDrmuO1+IpCImlwtjQ/ndWvM explicit\r
        Load key "user0.pub": error in libcrypto\r

        """

    private static let otherKey = """
        debug1: Offering public key: user1.pub ED25519 SHA256:6V0L/IfmmTqPGhSzfJosoihoYbG2SzDI71R76dvroQg explicit\r
        debug1: Authentications that can continue: publickey,password\r

        """

    private static let ephemeralKey = """
        debug1: Offering public key: eph ED25519 SHA256:3kI1tfU4zJkh9UURor2Mz0dK0mHi7obzgZHhcrDEI7Y explicit\r
        debug1: Server accepts key: eph ED25519 SHA256:3kI1tfU4zJkh9UURor2Mz0dK0mHi7obzgZHhcrDEI7Y explicit\r

        """

    private static let keys = firstKey + ephemeralKey

    private static let password = """
        debug1: Authentications that can continue: publickey,password\r
        debug1: Next authentication method: password\r
        debug1: read_passphrase: requested to askpass\r

        """

    private static let session = """
        debug1: channel 0: new session [client-session] (inactive timeout: 0)\r
        debug1: Requesting no-more-sessions@openssh.com\r
        debug1: Entering interactive session.\r
        debug1: pledge: network\r
        debug1: client_input_global_request: rtype hostkeys-00@openssh.com want_reply 0\r
        debug1: Remote: /home/bob/.ssh/authorized_keys:1: key options: agent-forwarding port-forwarding pty user-rc x11-forwarding\r

        """

    private static let command = """
        debug1: Sending command: echo TOKEN\r
        debug1: pledge: fork\r
        debug1: client_input_channel_req: channel 0 rtype exit-status reply 0\r

        """

    private static let end = """
        debug1: channel 0: free: client-session, nchannels 1\r
        Transferred: sent 3604, received 4140 bytes, in 0.1 seconds\r
        Bytes per second: sent 48067.1, received 55215.9\r
        debug1: Exit status 0\r

        """

    private static let inByKey = "Authenticated to 127.0.0.1 ([127.0.0.1]:2222) using \"publickey\".\r\n"
    private static let inByPassword = "Authenticated to 127.0.0.1 ([127.0.0.1]:2222) using \"password\".\r\n"
    private static let closed = "Connection closed by 127.0.0.1 port 2222\r\n"

    // MARK: let in

    static let byKeys = greeting + firstKey + otherKey + ephemeralKey + inByKey + session + command + end
    static let byPassword = greeting + password + inByPassword + session + command + end

    // MARK: let in, and no shell

    /// sshd's words are the same whatever the shell is; see the output.
    static let shellEnds = greeting + keys + inByKey + session + command + end
    static let bannerAndForcedCommand = greeting + "Authorised use only\n" + keys + inByKey + session + command + end
    static let passwordAged =
        greeting + password + "You are required to change your password immediately (administrator enforced).\n" + inByPassword + session
        + command + "WARNING: Your password has expired.\nPassword change required but no TTY available.\n" + end
    static let noSessions = greeting + keys + inByKey + session + "channel 0: open failed: connect failed: open failed\r\n" + end

    // MARK: not let in

    static let wrongPassword = greeting + password + "bob@127.0.0.1: Permission denied (publickey,password).\r\n"
    static let deniedUser =
        greeting + """
            debug1: Authentications that can continue: publickey\r
            debug1: Next authentication method: publickey\r
            debug1: Offering public key: user0.pub ED25519 SHA256:Rm/OlDl9U4PdtdhgyD8iDrmuO1+IpCImlwtjQ/ndWvM explicit\r
            debug1: Authentications that can continue: publickey\r
            debug1: Offering public key: eph ED25519 SHA256:3kI1tfU4zJkh9UURor2Mz0dK0mHi7obzgZHhcrDEI7Y explicit\r
            debug1: Authentications that can continue: publickey\r
            debug1: No more authentication methods to try.\r
            bob@127.0.0.1: Permission denied (publickey).\r

            """
    static let accountExpired = greeting + keys + "Your account has expired; please contact your system administrator.\n" + closed
    static let nologin =
        greeting + keys + "System is going down. Unprivileged users are not permitted to log in anymore.\n\n" + closed
    /// PAM's account stage refuses without a word.
    static let accountStage = greeting + keys + closed
    static let tooManyTries =
        greeting + """
            debug1: Authentications that can continue: publickey,password\r
            debug1: Next authentication method: publickey\r
            debug1: Offering public key: user1.pub ED25519 SHA256:6V0L/IfmmTqPGhSzfJosoihoYbG2SzDI71R76dvroQg explicit\r
            Received disconnect from 127.0.0.1 port 2224:2: Too many authentication failures\r
            Disconnected from 127.0.0.1 port 2224\r

            """

    // MARK: somebody else

    static let otherHostKey =
        connecting + exchange + """
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
            @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
            @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
            IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r
            Someone could be eavesdropping on you right now (man-in-the-middle attack)!\r
            It is also possible that a host key has just been changed.\r
            The fingerprint for the ED25519 key sent by the remote host is
            SHA256:qa8svZc8dS2xKa1XJIL6ut0DnVGMkPhkVhDS38AWQvo.\r
            Please contact your system administrator.\r
            Add correct host key in badkh to get rid of this message.\r
            Offending ED25519 key in badkh:1\r
              remove with:\r
              ssh-keygen -f "badkh" -R "vmaccess-agent-guest"\r
            Host key for vmaccess-agent-guest has changed and you have requested strict checking.\r
            Host key verification failed.\r

            """
    static let unknownHostKey =
        connecting + exchange + """
            No ED25519 host key is known for vmaccess-agent-guest and you have requested strict checking.\r
            Host key verification failed.\r

            """

    // MARK: nobody

    static func notConnected(_ address: String, _ reason: String) -> String {
        """
        OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.22 25 Aug 2026\r
        debug1: Connecting to \(address) [\(address)] port 2222.\r
        debug1: connect to address \(address) port 2222: \(reason)\r
        ssh: connect to host \(address) port 2222: \(reason)\r

        """
    }

    static let webServer =
        connecting + """
            debug1: kex_exchange_identification: banner line 0: HTTP/1.1 400 no\r
            kex_exchange_identification: Connection closed by remote host\r
            Connection closed by 127.0.0.1 port 2230\r

            """
    static let silent =
        connecting + """
            Connection timed out during banner exchange\r
            Connection to 127.0.0.1 port 2231 timed out\r

            """
}
