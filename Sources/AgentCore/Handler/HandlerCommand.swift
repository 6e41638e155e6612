/// The five things the Azure agent asks of an extension handler, by its words.
package enum HandlerCommand: String, CaseIterable, Hashable, Sendable {
    case install, enable, disable, update, uninstall
}
