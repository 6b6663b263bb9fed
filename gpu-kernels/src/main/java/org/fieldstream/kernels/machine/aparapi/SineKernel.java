package org.fieldstream.kernels.machine.aparapi;

/**
 * The passes of sine series and their adjoint; layout of pass, arena and items as in {@link
 * FieldKernel}.
 */
abstract class SineKernel extends FieldKernel {
  /** n: 2 out, 3 a, 4 parameters, 5 sines, 6 rows, 7 slope wanted, 8 sites. */
  protected void sines(int p, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int w = prog[p + 4];
    int count = prog[p + 5];
    int rows = prog[p + 6];
    int slope = prog[p + 7];
    int stride = prog[p + 8] << laneBits;
    for (int i = start; i < end; i += step) {
      float x = arena[a + i];
      for (int k = 0; k < rows; k++) {
        arena[o + k * stride + i] = params[w + count + k * (count + 1)] * x;
      }
      float d = params[w + count];
      for (int f = 0; f < count; f++) {
        float om = params[w + f];
        float u = om * x;
        float s = sine(u);
        int row = w + count + 1 + f;
        for (int k = 0; k < rows; k++) {
          int at = o + k * stride + i;
          arena[at] = fma(params[row + k * (count + 1)], s, arena[at]);
        }
        if (slope == 1) {
          d = fma(params[row] * om, cosine(u), d);
        }
      }
      if (slope == 1) {
        arena[o + rows * stride + i] = d;
      }
    }
  }

  /** n: 2 gradient of a, 3 a, 4 to 8 as for sines, 9 gradient of the output. */
  protected void sinesBackField(int p, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int w = prog[p + 4];
    int count = prog[p + 5];
    int rows = prog[p + 6];
    int slope = prog[p + 7];
    int stride = prog[p + 8] << laneBits;
    int g = prog[p + 9] << laneBits;
    for (int i = start; i < end; i += step) {
      float x = arena[a + i];
      float d = 0f;
      if (slope == 1) {
        d = arena[g + rows * stride + i];
      }
      float dx = 0f;
      for (int k = 0; k < rows; k++) {
        dx = fma(arena[g + k * stride + i], params[w + count + k * (count + 1)], dx);
      }
      for (int f = 0; f < count; f++) {
        float om = params[w + f];
        float u = om * x;
        int row = w + count + 1 + f;
        float weighted = 0f;
        for (int k = 0; k < rows; k++) {
          weighted = fma(arena[g + k * stride + i], params[row + k * (count + 1)], weighted);
        }
        dx = fma(weighted * om, cosine(u), dx);
        if (slope == 1) {
          dx = fma(-(d * params[row]) * (om * om), sine(u), dx);
        }
      }
      arena[o + i] = dx;
    }
  }

  /**
   * Item f below the number of sines sums over sites what belongs to frequency f, the last item the
   * linear weights. n: 2 gradient of the parameters, the others as for sinesBackField.
   */
  protected void sinesBackParameters(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int w = prog[p + 4];
    int count = prog[p + 5];
    int rows = prog[p + 6];
    int slope = prog[p + 7];
    int sites = prog[p + 8];
    int g = prog[p + 9] << laneBits;
    for (int i = start; i < end; i += step) {
      int lane = i & mask;
      int f = i >> laneBits;
      int row = count + 1 + f;
      if (f == count) {
        row = count;
      }
      for (int k = 0; k < rows; k++) {
        arena[o + ((row + k * (count + 1)) << laneBits) + lane] = 0f;
      }
      float byFrequency = 0f;
      for (int s = 0; s < sites; s++) {
        float x = arena[a + (s << laneBits) + lane];
        float d = 0f;
        if (slope == 1) {
          d = arena[g + ((rows * sites + s) << laneBits) + lane];
        }
        float value = x;
        float change = 0f;
        float slopeFactor = 1f;
        if (f < count) {
          float om = params[w + f];
          float u = om * x;
          float c = cosine(u);
          value = sine(u);
          change = x * c;
          slopeFactor = om * c;
          byFrequency = fma(d * params[w + row], fma(-u, value, c), byFrequency);
        }
        for (int k = 0; k < rows; k++) {
          float up = arena[g + ((k * sites + s) << laneBits) + lane];
          int at = o + ((row + k * (count + 1)) << laneBits) + lane;
          arena[at] = fma(up, value, arena[at]);
          if (f < count) {
            byFrequency = fma(up * params[w + row + k * (count + 1)], change, byFrequency);
          }
        }
        int at0 = o + (row << laneBits) + lane;
        arena[at0] = fma(d, slopeFactor, arena[at0]);
      }
      if (f < count) {
        arena[o + (f << laneBits) + lane] = byFrequency;
      }
    }
  }
}
