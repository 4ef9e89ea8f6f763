/** Layout of the share dialog: link and contents beside the code; one column on a phone. */
import { css } from "lit";

export const shareStyles = css`
  .url {
    border: 1px solid var(--edge);
    border-radius: var(--control-radius);
    padding: 8px 10px;
    font-size: 12px;
    line-height: 18px;
    word-break: break-all;
    color: var(--ink-2);
    max-height: 128px;
    overflow: auto;
  }
  .url b {
    color: var(--ink);
  }
  .copy {
    margin: 8px 0 14px;
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    font-size: 12px;
    line-height: 16px;
    margin-top: 4px;
  }
  dl > div {
    display: contents;
  }
  dt,
  dd {
    padding: 4px 0;
    border-top: 1px solid var(--rule);
  }
  dt {
    color: var(--ink-3);
    padding-right: 32px;
  }
  dialog {
    width: 760px;
  }
  .sides {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 216px;
    gap: 32px;
  }
  .qr {
    width: 216px;
    height: 216px;
    border: 1px solid var(--rule);
  }
  .aside p {
    margin-top: 8px;
  }
  .handouts {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 2px;
    border-top: 1px solid var(--rule);
    padding-top: 8px;
  }
  .handouts .link {
    min-height: 28px;
  }
  fieldset {
    border: 0;
    padding: 0;
    margin-top: 14px;
    min-width: 0;
  }
  legend {
    padding: 0 0 4px;
  }
  .check {
    display: flex;
    gap: 8px;
    align-items: flex-start;
    padding: 4px 0;
    font-size: 13px;
    line-height: 20px;
  }
  .check input {
    margin: 3px 0 0;
    flex: none;
    width: 14px;
    height: 14px;
    accent-color: var(--ink);
  }
  .note {
    display: flex;
    gap: 8px;
    align-items: center;
    padding: 4px 0 2px;
  }
  .text {
    flex: 1;
    min-width: 0;
    height: var(--target);
    border: 1px solid var(--edge);
    border-radius: var(--control-radius);
    background: var(--bg);
    padding: 0 8px;
  }
  @media (max-width: 899px) {
    dialog {
      width: 100%;
    }
    .sides {
      display: block;
    }
    .aside {
      margin-top: 16px;
    }
    .check,
    .handouts .link {
      min-height: 44px;
      align-items: center;
    }
    .check input {
      margin: 0;
    }
  }
`;
