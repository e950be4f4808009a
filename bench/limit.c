// What this machine can do at best: the same operations in the same order, vectorised, on two
// threads, without fused multiply-adds. Built by speed.py:
//   cc -O3 -march=native -ffp-contract=off -fno-math-errno -fopenmp -shared -fPIC

#include <math.h>
#include <string.h>

enum { LANES = 64 };

// One path down x * x + y * y, every step of it: rows of x, y, s of x, s of y.
void path(int steps, double rate, double rho, double epsilon, double x, double y, double *rows) {
  double s_x = 0, s_y = 0;
  for (int step = 0; step <= steps; step++, rows += 4) {
    rows[0] = x, rows[1] = y, rows[2] = s_x, rows[3] = s_y;
    double g_x = 2 * x, g_y = 2 * y;
    s_x = rho * s_x + (1 - rho) * (g_x * g_x);
    s_y = rho * s_y + (1 - rho) * (g_y * g_y);
    x -= rate * g_x / (sqrt(s_x) + epsilon);
    y -= rate * g_y / (sqrt(s_y) + epsilon);
  }
}

// The ends of many paths down Rosenbrock's valley; the count is a multiple of LANES.
void batch(int count, int steps, const double *rates, const double *rhos, double epsilon,
           double *xs, double *ys) {
#pragma omp parallel for schedule(static)
  for (int first = 0; first < count; first += LANES) {
    double x[LANES], y[LANES], s_x[LANES] = {0}, s_y[LANES] = {0}, rate[LANES], rho[LANES];
    memcpy(x, xs + first, sizeof x), memcpy(y, ys + first, sizeof y);
    memcpy(rate, rates + first, sizeof rate), memcpy(rho, rhos + first, sizeof rho);
    for (int step = 0; step < steps; step++)
      for (int k = 0; k < LANES; k++) {
        double off = y[k] - x[k] * x[k];
        double g_x = -2 * (1 - x[k]) - 400 * x[k] * off, g_y = 200 * off;
        s_x[k] = rho[k] * s_x[k] + (1 - rho[k]) * (g_x * g_x);
        s_y[k] = rho[k] * s_y[k] + (1 - rho[k]) * (g_y * g_y);
        x[k] -= rate[k] * g_x / (sqrt(s_x[k]) + epsilon);
        y[k] -= rate[k] * g_y / (sqrt(s_y[k]) + epsilon);
      }
    memcpy(xs + first, x, sizeof x), memcpy(ys + first, y, sizeof y);
  }
}

// One step of many parameters.
void step(long count, double rate, double rho, double epsilon, const double *restrict g,
          double *restrict s, double *restrict w) {
#pragma omp parallel for simd schedule(static)
  for (long k = 0; k < count; k++) {
    s[k] = rho * s[k] + (1 - rho) * (g[k] * g[k]);
    w[k] -= rate * g[k] / (sqrt(s[k]) + epsilon);
  }
}

// The memory that a step moves, and next to no arithmetic: three arrays read, two written.
void traffic(long count, const double *restrict g, double *restrict s, double *restrict w) {
#pragma omp parallel for simd schedule(static)
  for (long k = 0; k < count; k++) {
    s[k] += g[k];
    w[k] += g[k];
  }
}
