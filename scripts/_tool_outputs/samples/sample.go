// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
package sample

type Season int

const (
	Spring Season = iota
	Summer
	Autumn
)

type Store interface {
	Get(key string) ([]byte, error)
	Put(key string, value []byte) error
	Each(visit func(string) bool)
}
