// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
import React, { Component } from "react";
export const One = ({ name, ...rest }) => <div className={name} {...rest}><>{name}</></div>;
export default class Two extends Component {
  state = { on: false };
  static defaultProps = {};
  toggle = () => this.setState((s) => ({ on: !s.on }));
  render() { return <One {...this.props} key="k" onClick={this.toggle}>text</One>; }
}
