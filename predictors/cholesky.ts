/** Cholesky's decomposition: A = L·Lᵀ of a symmetric positive definite matrix, as rows of which the lower half counts. */

/** Puts L in the place of A. Of a matrix that is not positive definite it makes NaN. */
export function decompose(rows: readonly Float64Array[]): void {
  for (let j = 0; j < rows.length; j++) {
    const own = rows[j];
    for (let k = 0; k <= j; k++) {
      const other = rows[k];
      let sum = own[k];
      for (let m = 0; m < k; m++) sum -= own[m] * other[m];
      own[k] = j === k ? Math.sqrt(sum) : sum / other[k];
    }
  }
}

/** Puts L⁻¹·b in the place of b. */
export function solveLower(lower: readonly Float64Array[], b: Float64Array): void {
  for (let j = 0; j < lower.length; j++) {
    const row = lower[j];
    let sum = b[j];
    for (let m = 0; m < j; m++) sum -= row[m] * b[m];
    b[j] = sum / row[j];
  }
}

/** Puts L⁻ᵀ·b in the place of b. */
export function solveUpper(lower: readonly Float64Array[], b: Float64Array): void {
  for (let j = lower.length - 1; j >= 0; j--) {
    let sum = b[j];
    for (let m = j + 1; m < lower.length; m++) sum -= lower[m][j] * b[m];
    b[j] = sum / lower[j][j];
  }
}
