// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <QObject>
class Lamp : public QObject {
  Q_OBJECT
  Q_PROPERTY(int level READ level WRITE setLevel NOTIFY changed)
public:
  int level() const;
  enum Mode { Dim, Bright };
  Q_ENUM(Mode)
public slots:
  void setLevel(int level);
  bool toggle();
signals:
  void changed(int level);
  void broken(const QString &why, double heat);
};
