import {
  provideVSCodeDesignSystem, vsCodeBadge, vsCodeButton, vsCodeCheckbox, vsCodeDivider, vsCodeDropdown, vsCodeOption, vsCodePanelTab, vsCodePanels, vsCodePanelView, vsCodeProgressRing, vsCodeRadio,
  vsCodeRadioGroup, vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** The controls of the pages. The toolkit is no longer developed: this is the one file that names it, so that it can be replaced here. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeBadge(), vsCodeButton(), vsCodeCheckbox(), vsCodeDivider(), vsCodeDropdown(), vsCodeOption(), vsCodePanelTab(), vsCodePanels(), vsCodePanelView(), vsCodeProgressRing(), vsCodeRadio(),
    vsCodeRadioGroup(), vsCodeTextField(),
  );
}
