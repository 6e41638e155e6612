/// What `--help` prints; a screen at most.
package enum Help {
    package static func text(_ verb: Verb?) -> String {
        guard let verb else { return overview }
        return switch verb {
        case .apply: apply
        case .diagnose: diagnose
        case .repair: repair
        case .undo: undo
        case .status: status
        case .run: run
        case .recover: recover
        case .announce: announce
        case .collect: collect
        case .certificate: certificate
        case .seal: seal
        case .console: console
        }
    }

    private static let overview = """
        usage: vmaccess-agent VERB [OPTION...] [OPERAND]

        Gets people back into this machine over SSH, and proves that the login works.

        verbs:
        \(Verb.allCases.filter { !$0.isForSystemd }.map { "  \(pad($0.rawValue))\($0.summary)" }.joined(separator: "\n"))
          and by systemd: \(Verb.allCases.filter(\.isForSystemd).map(\.rawValue).joined(separator: ", "))

        VERB --help: about one verb; --version; man vmaccess-agent: all of it

        Settings are JSON, for example
          {"username": "alice", "ssh_key": "ssh-ed25519 AAAA... alice@laptop"}
        Drop them as /var/lib/vmaccess-agent/incoming/NAME.settings, by rename, or give
        them to 'apply'. The answer is /var/lib/vmaccess-agent/status/NAME.status.
        exit codes: 0 success or warning, 1 failed, 2 usage, 3 settings refused,
                    4 something is in the way (diagnose, repair)

        """

    private static let apply = """
        usage: vmaccess-agent apply [--dry-run] [--no-proof] [--json] [FILE|-]

        Carries out the settings in FILE, or on standard input, as root. Then asks
        sshd, over connections, whether it lets the user in: only that is success.

          --dry-run    print the plan; change nothing
          --no-proof   do not log in; the result is a warning at best
          --json       print the status as JSON instead of lines
          -            standard input (as without FILE)

        FILE is left as it is. Secrets belong in it, never on a command line.

        """

    private static let diagnose = """
        usage: vmaccess-agent diagnose [--user NAME] [--from ADDRESS] [--json]

        Says what refuses a login, in the order in which a connection meets it: with
        the evidence, what to type, and what to send. Changes nothing. Best as root;
        otherwise what cannot be seen is not known. Exit code 4 where something is in
        the way.

          --user NAME      whose login; without it only what concerns everybody
          --from ADDRESS   where they come from: sshd and the firewall may tell
                           addresses apart
          --json           for programs; see man vmaccess-agent

        """

    private static let repair = """
        usage: vmaccess-agent repair [--user NAME] [--from ADDRESS] [--only ID]...
                                     [--dry-run] [--no-proof] [--json]

        Clears what 'diagnose' finds in the way, as root: each in a transaction of its
        own, which 'undo' takes back. Then looks again, and proves that sshd lets the
        user in by key. What would give somebody rights or a way in that were closed
        (a password login, sudo) is cleared only where it is named.

          --user NAME      whose login; without it only what concerns everybody
          --from ADDRESS   where they come from
          --only ID        clear this and nothing else; may be given several times
          --dry-run        print what would be done; change nothing
          --no-proof       do not log in; the result is a warning at best
          --json           print the status as JSON instead of lines

        """

    private static let undo = """
        usage: vmaccess-agent undo [--dry-run] [--force] [--restore-access] [--json]
                           [ID]

        Reverses the transaction ID (its number will do), or the newest: puts back what
        it replaced, takes away what it added. sshd has to serve afterwards as well,
        else nothing is undone. 'status' lists the transactions; the newest twenty are
        kept.

          --dry-run         print what would come of it; change nothing
          --force           overwrite also what somebody has changed since
          --restore-access  give back keys, grants and accounts that were taken away;
                            each is named; never to another account of that name
          --json            print the outcome as JSON instead of lines

        An old password is not kept, so the one that was set stays. A home that the
        agent made goes only if nobody put anything into it.

        """

    private static let status = """
        usage: vmaccess-agent status [--json] [NAME]
               vmaccess-agent status --transactions [--json]

        Shows the status of the drop NAME, or of the last run; then what was changed on
        this machine, the newest first, and whether 'undo' can reverse it.

          --json          print the status file itself
          --transactions  the list of changes alone; with --json as JSON

        """

    private static let run = """
        usage: vmaccess-agent run

        Carries out every file in /var/lib/vmaccess-agent/incoming, one after another,
        and removes it. systemd starts this when a file appears; by hand it does the
        same.

        """

    private static let recover = """
        usage: vmaccess-agent recover

        Takes back what a run began and could not finish, because it was killed or the
        power went. systemd starts this at boot; every run does it first as well.

        """

    private static let announce = """
        usage: vmaccess-agent announce

        Tells on the console, for whoever reads the boot log: the version, this
        machine's certificate, host keys and addresses, and whether SSH serves.
        systemd starts this at boot.

        """

    private static let collect = """
        usage: vmaccess-agent collect credential | disk NAME

        Fetches settings that wait outside this machine: in systemd's credential
        vmaccess-agent.settings, or in settings.json on the whole disk NAME, such as
        vdb or sr0. 'run' carries them out, once. systemd starts this at boot, and
        when a disk labelled VMACCESS is attached. A disk is taken only with
        AcceptDisk=yes in /etc/vmaccess-agent.conf, and only with signed settings.

        """

    private static let certificate = """
        usage: vmaccess-agent certificate

        Prints this machine's certificate, in PEM, for 'seal' and for openssl-cms(1).
        Its key never leaves /var/lib/vmaccess-agent/keys. A clone of this machine
        makes its own.

        """

    private static let seal = """
        usage: vmaccess-agent seal --to CERT [--sign KEY] [--cbc] [FILE|-]

        Prints settings that only the machine with the certificate CERT can read.
        Needs no root, and no agent of its own: use it where the settings are made.

          --to CERT    the machine's certificate: 'vmaccess-agent certificate' there
          --sign KEY   a private key in PEM, whose public half that machine trusts
                       (/etc/vmaccess-agent/trusted/)
          --cbc        AES-CBC instead of AES-GCM, for tools that know no other

        """

    private static let console = """
        usage: vmaccess-agent console [--idle SECONDS]

        A menu for a person at a serial console: shows what is wrong, gets a user back
        in, resets SSH, puts the last change back. Needs no more than a line that can
        be read and typed on. Tells what it will do, asks, does it, and proves it.

          --idle SECONDS   end when nobody types for so long (600)

        It works in an emergency shell as well (init=/bin/bash): see the man page.

        """

    private static func pad(_ word: String) -> String {
        word + String(repeating: " ", count: max(1, 13 - word.utf8.count))
    }
}
