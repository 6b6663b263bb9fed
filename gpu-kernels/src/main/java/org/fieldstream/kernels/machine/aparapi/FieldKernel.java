package org.fieldstream.kernels.machine.aparapi;

import static org.fieldstream.kernels.machine.aparapi.PassCode.ADD;
import static org.fieldstream.kernels.machine.aparapi.PassCode.COS;
import static org.fieldstream.kernels.machine.aparapi.PassCode.DOT;
import static org.fieldstream.kernels.machine.aparapi.PassCode.EXP;
import static org.fieldstream.kernels.machine.aparapi.PassCode.LINCOMB;
import static org.fieldstream.kernels.machine.aparapi.PassCode.LOG;
import static org.fieldstream.kernels.machine.aparapi.PassCode.MUL;
import static org.fieldstream.kernels.machine.aparapi.PassCode.PARAM_MUL;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SEGMENT_DOT;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SIN;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SITE_SUM;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SUB;

/**
 * The device's memory and the passes that move, combine and sum. A pass's integers start at {@code
 * p} in {@link #prog}: code, items per lane, then as {@link PassTable} lays them out; offsets are
 * in elements. Element e of lane l lies at {@code (offset + e << laneBits) + l} of the arena. Item
 * i is lane {@code i & mask} of item {@code i >> laneBits}; a work-item does those from start to
 * end by step.
 */
abstract class FieldKernel extends ElementaryKernel {
  /** All values of all lanes, {@code [element][lane]}; never leaves the device. */
  protected float[] arena = new float[1];

  /** Index tables of all ops. */
  protected int[] tables = new int[1];

  /** The passes, {@link PassCode#WIDTH} integers each. */
  protected int[] prog = new int[1];

  /** Seed low, seed high, index low, index high of each lane: {@code [4][lane]}. */
  protected int[] keys = new int[1];

  /** Inputs as the host has them, {@code [input][lane][element]}. */
  protected float[] input = new float[1];

  /** Outputs as the host wants them, {@code [output][lane][element]}. */
  protected float[] output = new float[1];

  /** Lanes of this run as a power of two. */
  protected int laneBits;

  /** n: 2 value, 3 first element of the host array in units of lanes, 4 size. */
  protected void copyIn(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int to = prog[p + 2] << laneBits;
    int from = prog[p + 3] << laneBits;
    int size = prog[p + 4];
    for (int i = start; i < end; i += step) {
      arena[to + i] = input[from + (i & mask) * size + (i >> laneBits)];
    }
  }

  /** n as for copyIn. */
  protected void copyOut(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int from = prog[p + 2] << laneBits;
    int to = prog[p + 3] << laneBits;
    int size = prog[p + 4];
    for (int i = start; i < end; i += step) {
      output[to + (i & mask) * size + (i >> laneBits)] = arena[from + i];
    }
  }

  /** n: 2 out, 3 a. */
  protected void copy(int p, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    for (int i = start; i < end; i += step) {
      arena[o + i] = arena[a + i];
    }
  }

  /** n: 2 out, 3 a, 4 b, 5 sites, 6 and 7 strides of b by channel and site. */
  protected void binary(int p, int code, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int b = prog[p + 4] << laneBits;
    int sites = prog[p + 5];
    int byChannel = prog[p + 6];
    int bySite = prog[p + 7];
    for (int i = start; i < end; i += step) {
      int e = i >> laneBits;
      int c = e / sites;
      int s = e - c * sites;
      float x = arena[a + i];
      float y = arena[b + ((c * byChannel + s * bySite) << laneBits) + (i & mask)];
      float z = x / y;
      if (code == ADD) {
        z = x + y;
      } else if (code == SUB) {
        z = x - y;
      } else if (code == MUL) {
        z = x * y;
      }
      arena[o + i] = z;
    }
  }

  /** n: 2 out, 3 a, 4 b, 5 and 6 parameters. */
  protected void linear(int p, int code, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int b = prog[p + 4] << laneBits;
    float alpha = params[prog[p + 5]];
    float beta = params[prog[p + 6]];
    for (int i = start; i < end; i += step) {
      float rest = beta;
      if (code == LINCOMB) {
        rest = beta * arena[b + i];
      }
      arena[o + i] = fma(alpha, arena[a + i], rest);
    }
  }

  /** n: 2 out, 3 a. */
  protected void unary(int p, int code, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    for (int i = start; i < end; i += step) {
      float x = arena[a + i];
      float y = 0f;
      if (code == SIN) {
        y = sine(x);
      } else if (code == COS) {
        y = cosine(x);
      } else if (code == EXP) {
        y = exponential(x);
      } else if (code == LOG) {
        y = logarithm(x);
      } else {
        y = hyperbolicTangent(x);
      }
      arena[o + i] = y;
    }
  }

  /** n: 2 out, 3 a, 4 gate, 5 parameter. */
  protected void leaky(int p, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int b = prog[p + 4] << laneBits;
    float slope = params[prog[p + 5]];
    for (int i = start; i < end; i += step) {
      float x = arena[a + i];
      float y = slope * x;
      if (arena[b + i] > 0f) {
        y = x;
      }
      arena[o + i] = y;
    }
  }

  /** n: 2 out, 3 a, 4 table, 5 taps. */
  protected void gather(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int table = prog[p + 4];
    int taps = prog[p + 5];
    for (int i = start; i < end; i += step) {
      int at = a + (i & mask);
      int row = table + (i >> laneBits) * taps;
      float sum = 0f;
      for (int k = 0; k < taps; k++) {
        int from = tables[row + k];
        if (from >= 0) {
          sum = sum + arena[at + (from << laneBits)];
        } else {
          k = taps;
        }
      }
      arena[o + i] = sum;
    }
  }

  /** n: 2 and 3 outputs, 4 v, 5 a, 6 to 10 parameters, 11 taps, 12 table. */
  protected void cubicStep(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int toV = prog[p + 2] << laneBits;
    int toA = prog[p + 3] << laneBits;
    int v = prog[p + 4] << laneBits;
    int a = prog[p + 5] << laneBits;
    float force = params[prog[p + 6]];
    float linear = params[prog[p + 7]];
    float cubic = params[prog[p + 8]];
    float stencil = params[prog[p + 9]];
    float motion = params[prog[p + 10]];
    int taps = prog[p + 11];
    int table = prog[p + 12];
    for (int i = start; i < end; i += step) {
      int at = a + (i & mask);
      int row = table + (i >> laneBits) * taps;
      float sum = 0f;
      for (int k = 0; k < taps; k++) {
        sum = sum + arena[at + (tables[row + k] << laneBits)];
      }
      float x = arena[a + i];
      float reaction = fma(cubic, x * x, linear) * x;
      float y = fma(force, fma(stencil, sum, reaction), arena[v + i]);
      arena[toV + i] = y;
      arena[toA + i] = fma(motion, y, x);
    }
  }

  /** n: 2 out, 3 a, 4 sites, 5 stride of a by channel. */
  protected void broadcast(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int sites = prog[p + 4];
    int byChannel = prog[p + 5];
    for (int i = start; i < end; i += step) {
      int c = (i >> laneBits) / sites;
      arena[o + i] = arena[a + ((c * byChannel) << laneBits) + (i & mask)];
    }
  }

  /** n: 2 out, 3 parameter. */
  protected void fill(int p, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    float value = params[prog[p + 3]];
    for (int i = start; i < end; i += step) {
      arena[o + i] = value;
    }
  }

  /**
   * Compensated sums of runs of terms (T. Ogita, S. Rump, S. Oishi, "Accurate sum and dot product",
   * SIAM J. Sci. Comput. 26, 2005, algorithms Sum2 and Dot2). n: 2 out, 3 a, 4 b, 5 terms.
   */
  protected void sum(int p, int code, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int b = prog[p + 4] << laneBits;
    int terms = prog[p + 5];
    for (int i = start; i < end; i += step) {
      int lane = i & mask;
      int first = (((i >> laneBits) * terms) << laneBits) + lane;
      float s = 0f;
      float c = 0f;
      for (int k = 0; k < terms; k++) {
        int at = first + (k << laneBits);
        float v = arena[a + at];
        if (code == DOT) {
          float x = v;
          float y = arena[b + at];
          // x * y would invite a compiler to contract it with the sum below.
          v = fma(x, y, 0f);
          c = c + fma(x, y, -v);
        }
        float t = s + v;
        float w = t - s;
        c = c + ((s - (t - w)) + (v - w));
        s = t;
      }
      float high = s + c;
      if (code == SITE_SUM) {
        arena[o + i] = high;
      } else {
        arena[o + lane] = high;
        arena[o + (1 << laneBits) + lane] = c - (high - s);
      }
    }
  }

  /** n: 2 out, 3 a, 4 table, 5 first parameter. */
  protected void byParameter(int p, int code, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int table = prog[p + 4];
    int first = prog[p + 5];
    for (int i = start; i < end; i += step) {
      float value = params[first + tables[table + (i >> laneBits)]];
      float x = arena[a + i];
      float y = x + value;
      if (code == PARAM_MUL) {
        y = x * value;
      }
      arena[o + i] = y;
    }
  }

  /** n: 2 out, 3 a, 4 b, 5 table: first entry of each segment and one more, then elements. */
  protected void segments(int p, int code, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int b = prog[p + 4] << laneBits;
    int table = prog[p + 5];
    for (int i = start; i < end; i += step) {
      int j = table + (i >> laneBits);
      int last = table + tables[j + 1];
      float sum = 0f;
      for (int k = table + tables[j]; k < last; k++) {
        int at = (tables[k] << laneBits) + (i & mask);
        if (code == SEGMENT_DOT) {
          sum = fma(arena[a + at], arena[b + at], sum);
        } else {
          sum = sum + arena[a + at];
        }
      }
      arena[o + i] = sum;
    }
  }
}
