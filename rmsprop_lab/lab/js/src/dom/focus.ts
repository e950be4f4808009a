// What a control with the focus has to itself: the keys, and a place in sight.

export function heedFocus(lab: HTMLElement): void {
  lab.addEventListener("focusin", ({ target }) => {
    const control = target as Element;
    // In JupyterLab the keys are the control's, not the notebook's.
    control.setAttribute("data-lm-suppress-shortcuts", "true");
    // Of a text a browser brings the caret into the window, and does not know what stays above it there.
    if (!control.matches("textarea, input[type=text]")) return;
    requestAnimationFrame(() => control.scrollIntoView({ block: "nearest" }));
  });
}
