// The product of two matrices: here a network that trains spends most of its time.

// A matrix lies in a vector: the next row `down` places further, the next column `right` places.
export interface Matrix {
  values: Float64Array;
  rows: number;
  columns: number;
  down: number;
  right: number;
}

// Of a vector that has one row after the other.
export const matrix = (values: Float64Array, columns: number): Matrix => ({
  values,
  rows: values.length / columns,
  columns,
  down: columns,
  right: 1,
});

// Rows as columns: the same numbers, not a copy.
export const transposed = ({ values, rows, columns, down, right }: Matrix): Matrix => ({
  values,
  rows: columns,
  columns: rows,
  down: right,
  right: down,
});

// sums += one @ other, where the sums lie row by row. A black pixel or a silent unit adds nothing, and half of
// them are, so each row is packed first; without a branch, because which ones are 0 no processor can guess. Then
// four columns at a time: their sums stay in registers.
export function addProduct(one: Matrix, { values, columns, down, right }: Matrix, sums: Float64Array): void {
  const factors = new Float64Array(one.columns);
  const places = new Int32Array(one.columns); // of their rows in the other
  for (let row = 0; row < one.rows; row++) {
    let count = 0;
    for (let k = 0; k < one.columns; k++) {
      const factor = one.values[row * one.down + k * one.right]!;
      factors[count] = factor;
      places[count] = k * down;
      count += Number(factor !== 0); // or the next is written over it
    }
    const first = row * columns;
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let k = 0; k < count; k++) {
        const factor = factors[k]!;
        const at = places[k]! + column * right;
        a += factor * values[at]!;
        b += factor * values[at + right]!;
        c += factor * values[at + 2 * right]!;
        d += factor * values[at + 3 * right]!;
      }
      sums[first + column]! += a;
      sums[first + column + 1]! += b;
      sums[first + column + 2]! += c;
      sums[first + column + 3]! += d;
    }
    for (; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += factors[k]! * values[places[k]! + column * right]!;
      sums[first + column]! += sum;
    }
  }
}
