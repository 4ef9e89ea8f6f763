import { css } from "lit";

export const transportStyles = css`
  .transport {
    height: 52px;
    align-items: center;
    border-bottom: 1px solid var(--rule);
  }
  .play {
    gap: 4px;
  }
  .pace {
    padding-left: 7px;
    padding-right: 22px;
  }
  .track {
    grid-column: 2 / 4;
  }
  .scrub {
    height: 40px;
  }
  .done {
    stroke: var(--ink);
    stroke-width: 2;
  }
  .knob {
    fill: var(--bg);
    stroke: var(--ink);
    stroke-width: 2;
  }
  .present {
    fill: var(--ink);
  }
  .scrub[role="slider"] {
    cursor: pointer;
    touch-action: none;
  }
  .seed {
    gap: 4px;
  }
  @media (max-width: 1199px) {
    .transport > * {
      grid-row: 1;
    }
    .track {
      margin-right: 184px;
    }
    .stat {
      grid-column: 3;
      justify-self: end;
      gap: 16px;
    }
  }
  .bar {
    position: fixed;
    inset: auto 0 0;
    background: var(--bg);
    padding: 0 8px env(safe-area-inset-bottom);
    border-top: 1px solid var(--rule);
    z-index: 5;
  }
  .bar progress {
    appearance: none;
    display: block;
    position: absolute;
    inset: -2px 0 auto;
    width: 100%;
    height: 2px;
    border: 0;
    background: var(--rule);
  }
  .bar progress::-webkit-progress-bar {
    background: var(--rule);
  }
  .bar progress::-webkit-progress-value {
    background: var(--ink);
  }
  .bar progress::-moz-progress-bar {
    background: var(--ink);
  }
  .bar .scrub {
    height: 46px;
    margin: 0 8px;
    padding-top: 4px;
  }
  .in {
    display: flex;
    align-items: center;
    height: 60px;
    gap: 4px;
  }
  .in .count {
    margin-left: 4px;
  }
  .in > .button:last-child {
    margin-left: 8px;
    padding: 0 14px;
  }
`;
