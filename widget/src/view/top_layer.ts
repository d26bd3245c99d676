/** Shows an element above everything on the page, whatever the page's transforms and z-indexes. */

const hasPopovers = typeof HTMLElement.prototype.showPopover === "function";

/** `modal` makes the rest of the page inert, for a dialog that covers it. */
export function show(element: HTMLElement, modal: boolean): void {
  if (element instanceof HTMLDialogElement && (modal || !hasPopovers)) {
    if (!element.open) modal ? element.showModal() : element.show();
  } else if (!hasPopovers) {
    element.hidden = false;
  } else if (!element.matches(":popover-open")) {
    element.showPopover();
  }
}

export function isShown(element: HTMLDialogElement): boolean {
  return element.open || (hasPopovers && element.matches(":popover-open"));
}

export function hide(element: HTMLElement): void {
  if (element instanceof HTMLDialogElement && element.open) element.close();
  if (!hasPopovers) element.hidden = !(element instanceof HTMLDialogElement);
  else if (element.matches(":popover-open")) element.hidePopover();
}
