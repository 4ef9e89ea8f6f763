/** A modal dialog with a title and a close button; subclasses give the body. */
import { html, LitElement, type TemplateResult } from "lit";
import { icon } from "./icons.ts";
import { text } from "./strings.ts";
import { dialogs } from "./dialog-styles.ts";
import { base, controls, lanes } from "./styles.ts";

export abstract class DialogElement extends LitElement {
  static override styles = [base, controls, lanes, dialogs];

  protected abstract readonly heading: string;
  protected abstract body(): TemplateResult;

  /** Opens it; does nothing if it is open. */
  show(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const dialog = this.#dialog;
      if (dialog && !dialog.open) dialog.showModal();
    });
  }

  close(): void {
    this.#dialog?.close();
  }

  get open(): boolean {
    return this.#dialog?.open ?? false;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  /** A click outside the dialog's box lands on the dialog itself. */
  readonly #outside = (event: MouseEvent): void => {
    if (event.target === event.currentTarget) this.close();
  };

  protected override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="title"
      @click=${this.#outside}
      @close=${() => this.dispatchEvent(new Event("close"))}
    >
      <div class="dialog-head">
        <h2 id="title">${this.heading}</h2>
        <button
          type="button"
          class="button square bare push"
          aria-label=${text.share.close}
          @click=${() => {
            this.close();
          }}
        >
          ${icon("close")}
        </button>
      </div>
      <div class="dialog-body">${this.body()}</div>
    </dialog>`;
  }
}
