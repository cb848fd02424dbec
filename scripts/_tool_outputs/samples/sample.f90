! SPDX-FileCopyrightText: 2026 The codescan authors
! SPDX-License-Identifier: Apache-2.0
subroutine smooth(values, n, width, total)
  integer, intent(in) :: n
  real(8), intent(in) :: width
  real(8), intent(inout) :: values(n)
  real(8), intent(out) :: total
  values = values / width
  total = sum(values)
end subroutine
function twice(x) result(y)
  real(8), intent(in) :: x
  real(8) :: y
  y = 2 * x
end function
