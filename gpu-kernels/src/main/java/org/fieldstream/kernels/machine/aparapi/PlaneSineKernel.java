package org.fieldstream.kernels.machine.aparapi;

/**
 * The passes of plane sines and their adjoint; layout of pass, arena and items as in {@link
 * FieldKernel}.
 */
abstract class PlaneSineKernel extends SineKernel {
  /** n: 2 out, 3 a, 4 parameters, 5 sines, 6 channels, 7 sites. */
  protected void planeSines(int p, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int w = prog[p + 4];
    int count = prog[p + 5];
    int channels = prog[p + 6];
    int stride = prog[p + 7] << laneBits;
    for (int i = start; i < end; i += step) {
      float sum = 0f;
      float slope = 0f;
      for (int f = 0; f < count; f++) {
        float u = plane(a + i, w + f * channels, channels, stride);
        float weight = params[w + count * channels + f];
        sum = fma(weight, sine(u), sum);
        slope = fma(weight * params[w + f * channels], cosine(u), slope);
      }
      arena[o + i] = sum;
      arena[o + stride + i] = slope;
    }
  }

  /** n: 2 gradient of a, 3 a, 4 to 7 as for planeSines, 8 gradient of the output. */
  protected void planeSinesBackField(int p, int start, int end, int step) {
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int w = prog[p + 4];
    int count = prog[p + 5];
    int channels = prog[p + 6];
    int stride = prog[p + 7] << laneBits;
    int g = prog[p + 8] << laneBits;
    for (int i = start; i < end; i += step) {
      for (int c = 0; c < channels; c++) {
        arena[o + c * stride + i] = 0f;
      }
      float up = arena[g + i];
      float d = arena[g + stride + i];
      for (int f = 0; f < count; f++) {
        int k = w + f * channels;
        float u = plane(a + i, k, channels, stride);
        float steep = d * params[k];
        float wave = params[w + count * channels + f] * fma(up, cosine(u), -(steep * sine(u)));
        for (int c = 0; c < channels; c++) {
          int at = o + c * stride + i;
          arena[at] = fma(wave, params[k + c], arena[at]);
        }
      }
    }
  }

  /**
   * Item f sums over sites what belongs to sine f. n: 2 gradient of the parameters, the others as
   * for planeSinesBackField.
   */
  protected void planeSinesBackParameters(int p, int start, int end, int step) {
    int mask = (1 << laneBits) - 1;
    int o = prog[p + 2] << laneBits;
    int a = prog[p + 3] << laneBits;
    int w = prog[p + 4];
    int count = prog[p + 5];
    int channels = prog[p + 6];
    int sites = prog[p + 7];
    int stride = sites << laneBits;
    int g = prog[p + 8] << laneBits;
    for (int i = start; i < end; i += step) {
      int lane = i & mask;
      int f = i >> laneBits;
      int k = w + f * channels;
      float weight = params[w + count * channels + f];
      int to = o + ((f * channels) << laneBits) + lane;
      for (int c = 0; c < channels; c++) {
        arena[to + (c << laneBits)] = 0f;
      }
      float byWeight = 0f;
      float byOwn = 0f;
      for (int s = 0; s < sites; s++) {
        int at = (s << laneBits) + lane;
        float u = plane(a + at, k, channels, stride);
        float sin = sine(u);
        float cos = cosine(u);
        float up = arena[g + at];
        float d = arena[g + stride + at];
        float steep = d * params[k];
        byWeight = fma(up, sin, fma(steep, cos, byWeight));
        byOwn = fma(d, cos, byOwn);
        float wave = weight * fma(up, cos, -(steep * sin));
        for (int c = 0; c < channels; c++) {
          int sum = to + (c << laneBits);
          arena[sum] = fma(wave, arena[a + c * stride + at], arena[sum]);
        }
      }
      arena[to] = fma(weight, byOwn, arena[to]);
      arena[o + ((count * channels + f) << laneBits) + lane] = byWeight;
    }
  }

  /** The phase of a wave vector at a site. */
  protected float plane(int at, int k, int channels, int stride) {
    float u = params[k] * arena[at];
    for (int c = 1; c < channels; c++) {
      u = fma(params[k + c], arena[at + c * stride], u);
    }
    return u;
  }
}
