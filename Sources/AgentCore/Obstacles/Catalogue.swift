package enum Catalogue {
    /// In the order in which their remedies are carried out: what others rest on comes first. The service's before what is one user's.
    package static let all: [any Obstacle] = [
        HostKeysUnusable(),
        SeparationUnusable(),
        ConfigurationChanged(),
        BackupNotRestored(),
        PasswordLoginClosed(),
        KeyLoginClosed(),
        UserNotAdmitted(),
        ServiceNotServing(),
        FirewallClosed(),
        NologinStands(),
        WrappersDeny(),
        AccountFilesLocked(),
        AccountMissing(),
        AccountUnseen(),
        AccountEnds(),
        PasswordAged(),
        PasswordNotSet(),
        PasswordLocked(),
        ShellRefusesLogins(),
        FailuresCounted(),
        HomeMissing(),
        HomeNotOwn(),
        KeysPathUnsafe(),
        KeysNotAuthorized(),
        SudoNotGranted(),
    ]

    package static func obstacle(_ id: String) -> (any Obstacle)? { all.first { $0.id == id } }
}
