extension Report {
    /// What whoever reads this is to do now; nil where nothing is left to do.
    var next: String? {
        switch (verdict, exitCode) {
        case (.transitioning, _): nil
        case (.success, _): asked.user.map { "log in as \($0.text)" }
        case (.warning, _): "see to what is named above"
        case (.error, .refused): "nothing was changed; put the settings right and send them again"
        case (.error, _): "see journalctl -t vmaccess-agent, and send the settings again"
        }
    }
}
