import { css } from "lit";

export const chartStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  .head {
    display: flex;
    gap: 8px;
    align-items: center;
    height: 20px;
    font-size: 12px;
    white-space: nowrap;
  }
  .latest {
    line-height: 16px;
    height: 16px;
    font-size: 12px;
    margin-bottom: 2px;
    white-space: nowrap;
  }
  .latest span + span {
    margin-left: 0.5em;
  }
  .box {
    flex: 1 1 0;
    min-height: 0;
    min-width: 0;
    position: relative;
  }
  canvas {
    position: absolute;
    inset: 0;
  }
`;
