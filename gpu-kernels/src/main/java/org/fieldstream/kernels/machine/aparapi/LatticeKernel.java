package org.fieldstream.kernels.machine.aparapi;

import static org.fieldstream.kernels.machine.aparapi.PassCode.AFFINE;
import static org.fieldstream.kernels.machine.aparapi.PassCode.AXIS;
import static org.fieldstream.kernels.machine.aparapi.PassCode.BROADCAST;
import static org.fieldstream.kernels.machine.aparapi.PassCode.CONV;
import static org.fieldstream.kernels.machine.aparapi.PassCode.COPY;
import static org.fieldstream.kernels.machine.aparapi.PassCode.COPY_IN;
import static org.fieldstream.kernels.machine.aparapi.PassCode.COPY_OUT;
import static org.fieldstream.kernels.machine.aparapi.PassCode.CUBIC_STEP;
import static org.fieldstream.kernels.machine.aparapi.PassCode.DIV;
import static org.fieldstream.kernels.machine.aparapi.PassCode.DOT;
import static org.fieldstream.kernels.machine.aparapi.PassCode.FILL;
import static org.fieldstream.kernels.machine.aparapi.PassCode.GATHER;
import static org.fieldstream.kernels.machine.aparapi.PassCode.LEAKY;
import static org.fieldstream.kernels.machine.aparapi.PassCode.NORMAL;
import static org.fieldstream.kernels.machine.aparapi.PassCode.PARAM_ADD;
import static org.fieldstream.kernels.machine.aparapi.PassCode.PLANE_SINES;
import static org.fieldstream.kernels.machine.aparapi.PassCode.PLANE_SINES_BACK_FIELD;
import static org.fieldstream.kernels.machine.aparapi.PassCode.PLANE_SINES_BACK_PARAMETERS;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SEGMENT_DOT;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SINES;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SINES_BACK_FIELD;
import static org.fieldstream.kernels.machine.aparapi.PassCode.SINES_BACK_PARAMETERS;
import static org.fieldstream.kernels.machine.aparapi.PassCode.TANH;
import static org.fieldstream.kernels.machine.aparapi.PassCode.UNIFORM;
import static org.fieldstream.kernels.machine.aparapi.PassCode.WIDTH;

import com.aparapi.device.Device;

/**
 * The one kernel of {@link org.fieldstream.kernels.machine.AparapiMachine}: pass i does what the
 * i-th row of the program table says. One kernel, because two kernels of Aparapi share no memory on
 * the device; an if/else chain, because Aparapi translates no switch.
 */
final class LatticeKernel extends PlaneSineKernel {
  /** Terms of a sum along an axis that are summed before they are added to it: less rounding. */
  private static final int AXIS_PIECE = 8;

  private final Device device;

  /** 1: each work-item does a run of neighbouring items (CPU); 0: items interleaved (GPU). */
  private final int blocked;

  LatticeKernel(Device device, boolean blocked) {
    this.device = device;
    this.blocked = blocked ? 1 : 0;
  }

  /** Leaves Aparapi no other device to fall back to. */
  @Override
  public boolean isAllowDevice(Device candidate) {
    return candidate.equals(device);
  }

  @Override
  public void run() {
    int p = getPassId() * WIDTH;
    int code = prog[p];
    int end = prog[p + 1] << laneBits;
    int step = getGlobalSize(0);
    int start = getGlobalId(0);
    if (blocked == 1) {
      int block = (end + step - 1) / step;
      start = start * block;
      if (start + block < end) {
        end = start + block;
      }
      step = 1;
    }
    if (code == COPY_IN) {
      copyIn(p, start, end, step);
    } else if (code == COPY_OUT) {
      copyOut(p, start, end, step);
    } else if (code == COPY) {
      copy(p, start, end, step);
    } else if (code <= DIV) {
      binary(p, code, start, end, step);
    } else if (code <= AFFINE) {
      linear(p, code, start, end, step);
    } else if (code <= TANH) {
      unary(p, code, start, end, step);
    } else if (code == GATHER) {
      gather(p, start, end, step);
    } else if (code == BROADCAST) {
      broadcast(p, start, end, step);
    } else if (code == FILL) {
      fill(p, start, end, step);
    } else if (code <= DOT) {
      sum(p, code, start, end, step);
    } else if (code <= PARAM_ADD) {
      byParameter(p, code, start, end, step);
    } else if (code <= SEGMENT_DOT) {
      segments(p, code, start, end, step);
    } else if (code == AXIS) {
      axis(p, start, end, step);
    } else if (code <= UNIFORM) {
      random(p, code, start, end, step);
    } else if (code == SINES) {
      sines(p, start, end, step);
    } else if (code == SINES_BACK_FIELD) {
      sinesBackField(p, start, end, step);
    } else if (code == SINES_BACK_PARAMETERS) {
      sinesBackParameters(p, start, end, step);
    } else if (code == CONV) {
      convolve(p, start, end, step);
    } else if (code == CUBIC_STEP) {
      cubicStep(p, start, end, step);
    } else if (code == PLANE_SINES) {
      planeSines(p, start, end, step);
    } else if (code == PLANE_SINES_BACK_FIELD) {
      planeSinesBackField(p, start, end, step);
    } else if (code == PLANE_SINES_BACK_PARAMETERS) {
      planeSinesBackParameters(p, start, end, step);
    } else if (code == LEAKY) {
      leaky(p, start, end, step);
    } else {
      convolveGradient(p, start, end, step);
    }
  }

  /** n: 2 out, 3 a, 4 matrix, 5 extent, 6 stride. */
  private void axis(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int matrix = prog[p + 4];
    int extent = prog[p + 5];
    int stride = prog[p + 6];
    for (int i = start; i < end; i += step) {
      int e = i >> laneBits;
      int x = (e / stride) % extent;
      int at = a + ((e - x * stride) << laneBits) + (i & mask);
      int row = matrix + x * extent;
      float sum = 0f;
      for (int piece = 0; piece < extent; piece += AXIS_PIECE) {
        int last = min(extent, piece + AXIS_PIECE);
        float part = 0f;
        for (int j = piece; j < last; j++) {
          part = fma(params[row + j], arena[at + ((j * stride) << laneBits)], part);
        }
        sum += part;
      }
      arena[o + i] = sum;
    }
  }

  /**
   * Philox4x32-10, see {@link org.fieldstream.kernels.random.Philox}; an item is a block of four
   * elements. n: 2 out, 3 size, 4 draw.
   */
  private void random(int p, int code, int start, int end, int step) {
    int lanes = 1 << laneBits;
    int o = prog[p + 2] << laneBits;
    int size = prog[p + 3];
    for (int i = start; i < end; i += step) {
      int lane = i & (lanes - 1);
      int block = i >> laneBits;
      long c0 = block;
      long c1 = prog[p + 4] & 4294967295L;
      long k0 = keys[lane] & 4294967295L;
      long k1 = keys[lanes + lane] & 4294967295L;
      long c2 = keys[2 * lanes + lane] & 4294967295L;
      long c3 = keys[3 * lanes + lane] & 4294967295L;
      for (int round = 0; round < 10; round++) {
        long h0 = high(c0, 3528531795L);
        long l0 = low(c0, 3528531795L);
        long h1 = high(c2, 3449720151L);
        long l1 = low(c2, 3449720151L);
        c0 = (h1 ^ c1) ^ k0;
        c1 = l1;
        c2 = (h0 ^ c3) ^ k1;
        c3 = l0;
        k0 = (k0 + 2654435769L) & 4294967295L;
        k1 = (k1 + 3144134277L) & 4294967295L;
      }
      float x0 = uniform(c0);
      float x1 = uniform(c1);
      float x2 = uniform(c2);
      float x3 = uniform(c3);
      if (code == NORMAL) {
        float r = sqrt(-2f * logarithm(x0));
        float v = x1;
        x0 = r * turn(v, 1);
        x1 = r * turn(v, 0);
        r = sqrt(-2f * logarithm(x2));
        v = x3;
        x2 = r * turn(v, 1);
        x3 = r * turn(v, 0);
      }
      int at = o + ((4 * block) << laneBits) + lane;
      int left = size - 4 * block;
      arena[at] = x0;
      if (left > 1) {
        arena[at + lanes] = x1;
      }
      if (left > 2) {
        arena[at + 2 * lanes] = x2;
      }
      if (left > 3) {
        arena[at + 3 * lanes] = x3;
      }
    }
  }

  /**
   * An item is a site of four output channels. n: 2 out, 3 a, 4 weights, 5 bias or -1, 6 table, 7
   * taps, 8 and 9 strides of the weights by output and input channel, 10 input channels, 11 output
   * channels, 12 sites, 13 sites of the output or 0 for all.
   */
  private void convolve(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int weights = prog[p + 4];
    int bias = prog[p + 5];
    int table = prog[p + 6];
    int taps = prog[p + 7];
    int byOut = prog[p + 8];
    int byIn = prog[p + 9];
    int channelsIn = prog[p + 10];
    int channelsOut = prog[p + 11];
    int sites = prog[p + 12];
    int orbits = table + sites * taps;
    int some = prog[p + 13];
    int sitesOut = sites;
    if (some > 0) {
      sitesOut = some;
    }
    for (int i = start; i < end; i += step) {
      int lane = i & mask;
      int e = i >> laneBits;
      int c = 4 * (e / sitesOut);
      int s = e % sitesOut;
      int row = table + s * taps;
      if (some > 0) {
        row = table + tables[orbits + taps + s] * taps;
      }
      // Channels beyond the last compute the last one again and are not written.
      int c1 = min(c + 1, channelsOut - 1);
      int c2 = min(c + 2, channelsOut - 1);
      int c3 = min(c + 3, channelsOut - 1);
      float a0 = 0f;
      float a1 = 0f;
      float a2 = 0f;
      float a3 = 0f;
      if (bias >= 0) {
        a0 = params[bias + c];
        a1 = params[bias + c1];
        a2 = params[bias + c2];
        a3 = params[bias + c3];
      }
      for (int ci = 0; ci < channelsIn; ci++) {
        for (int k = 0; k < taps; k++) {
          float x = arena[a + ((ci * sites + tables[row + k]) << laneBits) + lane];
          int at = weights + ci * byIn + tables[orbits + k];
          a0 = fma(params[at + c * byOut], x, a0);
          a1 = fma(params[at + c1 * byOut], x, a1);
          a2 = fma(params[at + c2 * byOut], x, a2);
          a3 = fma(params[at + c3 * byOut], x, a3);
        }
      }
      int at = o + ((c * sitesOut + s) << laneBits) + lane;
      int next = sitesOut << laneBits;
      arena[at] = a0;
      if (c + 1 < channelsOut) {
        arena[at + next] = a1;
      }
      if (c + 2 < channelsOut) {
        arena[at + 2 * next] = a2;
      }
      if (c + 3 < channelsOut) {
        arena[at + 3 * next] = a3;
      }
    }
  }

  /**
   * An item is a weight or a bias. n: 2 out, 3 a, 4 g, 5 sources, 6 taps, 7 table of each orbit's
   * first tap and one more, then the taps, 8 orbits, 9 input channels, 10 output channels, 11
   * sites.
   */
  private void convolveGradient(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int g = prog[p + 4] << laneBits;
    int sources = prog[p + 5];
    int taps = prog[p + 6];
    int byOrbit = prog[p + 7];
    int orbits = prog[p + 8];
    int channelsIn = prog[p + 9];
    int channelsOut = prog[p + 10];
    int sites = prog[p + 11];
    int weights = channelsOut * channelsIn * orbits;
    for (int i = start; i < end; i += step) {
      int lane = i & mask;
      int e = i >> laneBits;
      float sum = 0f;
      if (e >= weights) {
        int from = g + (((e - weights) * sites) << laneBits) + lane;
        for (int s = 0; s < sites; s++) {
          sum = sum + arena[from + (s << laneBits)];
        }
      } else {
        int orbit = e % orbits;
        int ci = (e / orbits) % channelsIn;
        int co = e / (orbits * channelsIn);
        int first = byOrbit + tables[byOrbit + orbit];
        int last = byOrbit + tables[byOrbit + orbit + 1];
        for (int s = 0; s < sites; s++) {
          float up = arena[g + ((co * sites + s) << laneBits) + lane];
          for (int k = first; k < last; k++) {
            int from = ci * sites + tables[sources + s * taps + tables[k]];
            sum = fma(up, arena[a + (from << laneBits) + lane], sum);
          }
        }
      }
      arena[o + i] = sum;
    }
  }
}
