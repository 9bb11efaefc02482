"""How the board looks, whichever page it stands on."""

from __future__ import annotations

STYLE = """<style>
.lopso-targets, .lopso-targets .widget-html-content {font-size: 16px; line-height: 1.5; color: #1b2733}
.lopso-targets {width: 100%; max-width: 100%; overflow: visible; box-sizing: border-box; padding: 0 2px; margin: 0}
.lopso-targets > *, .lopso-targets .widget-vbox {max-width: 100%; min-width: 0; overflow: visible}
.lopso-targets .widget-html, .lopso-targets .widget-html-content {height: auto; width: 100%; overflow-wrap: anywhere}
.lopso-targets .jupyter-widgets.widget-html {max-width: none}
.lopso-targets .widget-html > .widget-label {display: none}
.lopso-targets p {margin: 0 0 4px}
.lopso-targets .lt-title {font-size: 1.25rem; line-height: 1.3; margin: 12px 0 4px}
.lopso-targets .lt-soft {color: #4a5968; font-size: 15px}
.lopso-targets .lt-cards {list-style: none; margin: 0; padding: 0; display: grid; gap: 12px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr))}
.lopso-targets .lt-card {border: 1px solid #c9d4dd; border-radius: 10px; padding: 12px 16px; background: #fff;
  margin: 0}
.lopso-targets .lt-card h3 {font-size: 1.05rem; line-height: 1.3; margin: 0 0 6px}
.lopso-targets .lt-tag {display: inline-block; padding: 1px 10px; border-radius: 999px; font-size: 14px;
  font-weight: 600}
.lopso-targets .lt-right {background: #e3f3e7; color: #16692f}
.lopso-targets .lt-wrong {background: #fdeeec; color: #a3261b}
.lopso-targets .lt-wait {background: #fff3d9; color: #6e4500}
.lopso-targets .lt-big {font-size: 1.8rem; font-weight: 700; line-height: 1.3; margin: 0}
.lopso-targets .lt-bar {position: relative; height: 12px; border-radius: 6px; background: #e3eaf0; margin: 4px 0 8px}
.lopso-targets .lt-bar span {position: absolute; inset: 0 auto 0 0; border-radius: 6px; background: #0b5c8a}
.lopso-targets .lt-bar i {position: absolute; top: -3px; bottom: -3px; width: 3px; margin-left: -3px;
  background: #1b2733}
.lopso-targets summary {min-height: 32px; line-height: 32px; cursor: pointer; color: #0b5c8a}
.lopso-targets .lt-table {width: 100%; border-collapse: collapse; table-layout: auto; font-size: 16px; margin: 0}
.lopso-targets .lt-table th, .lopso-targets .lt-table td {text-align: left; vertical-align: top; padding: 8px 6px;
  border-bottom: 1px solid #c9d4dd; white-space: normal; background: none; max-width: none}
.lopso-targets .lt-area th {background: #eef4f8 !important; font-weight: 700}
.lopso-targets .lt-state {width: 7rem; overflow-wrap: normal}
.lopso-targets .lt-narrow {display: none}
.lopso-targets .lt-legend {list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 20px}
.lopso-targets .lt-legend i {display: inline-block; width: 14px; height: 14px; vertical-align: -2px}
@media (max-width: 640px) {
  .lopso-targets .lt-narrow {display: inline}
  .lopso-targets .lt-wide {display: none}
}
.lopso-targets .lt-missing {color: #a3261b}
.lopso-targets .lt-filters {display: grid; gap: 8px 16px; width: 100%;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr))}
.lopso-targets .lt-filters > * {display: flex; flex-direction: column; align-items: stretch; width: auto; height: auto;
  max-width: none; margin: 0}
.lopso-targets .lt-filters .widget-label {width: auto; max-width: none; height: auto; text-align: left;
  font-weight: 600; font-size: 16px; line-height: 1.4}
.lopso-targets .lt-filters select, .lopso-targets .lt-filters input {flex: 0 0 auto; height: 44px;
  width: 100%; font-size: 16px;
  box-sizing: border-box; background-color: #fff; color: #1b2733; border: 1px solid #6b7c8c; border-radius: 10px;
  padding: 0 28px 0 12px}
.lopso-targets button, .lopso-targets select, .lopso-targets input {font-family: inherit}
.lopso-targets button.jupyter-button {min-height: 44px; height: auto; width: auto; padding: 6px 20px; font-size: 16px;
  border-radius: 10px; margin: 2px 0}
.lopso-targets button.jupyter-button.mod-primary {background: #0b5c8a; color: #fff; align-self: flex-start}
.lopso-targets .lt-pager {display: flex; flex-wrap: wrap; gap: 8px}
.lopso-targets button:focus-visible, .lopso-targets select:focus-visible, .lopso-targets input:focus-visible {
  outline: 3px solid #c8102e; outline-offset: 2px}
.lt-failure {font-size: 16px; line-height: 1.5; margin: 8px 0; padding: 12px 16px; border-left: 4px solid #c8102e;
  border-radius: 10px; background: #eef4f8; white-space: pre-wrap}
</style>"""
