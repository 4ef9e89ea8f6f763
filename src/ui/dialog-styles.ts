/** Styles of dialogs: in the middle of a screen, on a phone a sheet from below. */
import { css } from "lit";

export const dialogs = css`
  dialog {
    border: 1px solid var(--rule);
    border-radius: var(--dialog-radius);
    padding: 0;
    background: var(--bg);
    color: var(--ink);
    width: var(--dialog-width, 560px);
    max-width: calc(100vw - 32px);
    max-height: calc(100dvh - 32px);
    margin: auto;
    box-shadow: 0 12px 40px var(--shadow);
  }
  dialog::backdrop {
    background: var(--scrim);
  }
  .dialog-head {
    display: flex;
    align-items: center;
    padding: 16px 16px 0 24px;
  }
  .dialog-head h2 {
    font-size: 20px;
    line-height: 28px;
    letter-spacing: -0.006em;
  }
  .dialog-body {
    padding: 12px 24px 20px;
  }
  @media (max-width: 899px) {
    dialog {
      margin: auto 0 0;
      max-width: none;
      width: 100%;
      border-radius: var(--dialog-radius) var(--dialog-radius) 0 0;
    }
    .dialog-head {
      padding: 8px 8px 0 16px;
    }
    .dialog-body {
      padding: 8px 16px 16px;
    }
  }
`;
