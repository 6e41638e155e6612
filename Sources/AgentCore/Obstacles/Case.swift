/// What is judged: whom it is about, what was asked for them, and what is planned so far.
package struct Case: Sendable {
    /// Whose account, keys and login are judged; nil: the service's alone, which is for all.
    package let user: UserName?
    /// Whom a request names, also where it leaves their account alone.
    package let subject: UserName?
    /// What the request wants for `user`; nil in a diagnosis.
    package let wanted: UserRequest?
    /// `reset_ssh`: what is the service's is put in order as a whole, and not only what refuses somebody.
    package let resets: Bool
    /// `restore_backup_ssh`.
    package let restores: Bool
    /// Whose findings are cleared.
    package let mandates: Set<Mandate>
    /// The address that the diagnosis is asked about (`--from`).
    package let source: String?
    /// What obstacles before this one planned, in order.
    package internal(set) var planned: [Change] = []
    /// In a diagnosis: what blocks, of the obstacles before this one.
    package internal(set) var found: [String] = []

    /// A diagnosis, or what `repair` clears by one: nothing is asked for, and what is found is what refuses a login as things are.
    package init(diagnosing user: UserName?, from source: String? = nil, mandates: Set<Mandate> = []) {
        self.user = user
        subject = user
        wanted = nil
        resets = false
        restores = false
        self.mandates = mandates
        self.source = source
    }

    package init(_ request: Request) {
        user = request.user?.name
        subject = request.subject
        wanted = request.user
        resets = request.resetSSH
        restores = request.restoresBackup
        var mandates: Set<Mandate> = [.user]
        if resets { mandates.insert(.reset) }
        if restores { mandates.insert(.restore) }
        self.mandates = mandates
        source = nil
    }

    /// Whether sshd is to find keys of the user: not where a password alone is asked for.
    package var needsKeys: Bool { wanted.map { $0.password == nil || !$0.keys.isEmpty } ?? true }

    package var isDiagnosis: Bool { wanted == nil && !resets && !restores }

    /// The configuration of sshd that is planned.
    package var configuration: ConfigurationChange? {
        for change in planned {
            switch change {
            case .service(.configure(let change)): return change
            case .service(.restore(let plan)): return plan.change
            default: continue
            }
        }
        return nil
    }

    /// As somebody comes from elsewhere.
    package func connection(of user: UserName) -> Connection {
        Connection(user: user, address: source ?? SourceAddress.other)
    }

    /// For what does not hang on where somebody comes from. A request is about the guest's own address, where its proof begins; a
    /// diagnosis asks sshd once.
    package func keysConnection(of user: UserName) -> Connection {
        isDiagnosis ? connection(of: user) : Connection(user: user)
    }
}
