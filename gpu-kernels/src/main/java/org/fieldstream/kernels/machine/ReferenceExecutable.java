package org.fieldstream.kernels.machine;

import java.util.Arrays;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.Shape;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.kernels.random.Philox;

/** One program in double: the definition of each op. */
public final class ReferenceExecutable implements Executable {
  private final Program program;
  private final double[] m;
  private final double[] p;

  ReferenceExecutable(Program program) {
    this.program = program;
    m = new double[program.plan().size()];
    float[] constants = program.constants();
    p = new double[program.parameterCount() + constants.length];
    for (int i = 0; i < constants.length; i++) {
      p[program.parameterCount() + i] = constants[i];
    }
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public int laneGroup() {
    return 1;
  }

  @Override
  public void run(Lanes lanes) {
    for (int i = 0; i < program.parameterCount(); i++) {
      p[i] = lanes.parameters()[i];
    }
    for (int lane = 0; lane < lanes.count(); lane++) {
      double[][] inputs = new double[program.inputs().size()][];
      for (int i = 0; i < inputs.length; i++) {
        int size = program.inputs().get(i).value().shape().size();
        inputs[i] = new double[size];
        for (int e = 0; e < size; e++) {
          inputs[i][e] = lanes.input(i)[lane * size + e];
        }
      }
      double[][] outputs = evaluate(lanes.seeds()[lane], lanes.indices()[lane], inputs);
      for (int o = 0; o < outputs.length; o++) {
        for (int e = 0; e < outputs[o].length; e++) {
          lanes.output(o)[lane * outputs[o].length + e] = (float) outputs[o][e];
        }
      }
    }
  }

  @Override
  public void close() {
    // Nothing is held.
  }

  /** Sets the parameters for {@link #evaluate}. */
  public void parameters(double[] values) {
    System.arraycopy(values, 0, p, 0, program.parameterCount());
  }

  /**
   * One lane in double.
   *
   * @param inputs {@code [input][channel][site]}; not modified
   * @return outputs {@code [output][channel][site]}
   */
  public double[][] evaluate(long seed, long index, double[]... inputs) {
    Arrays.fill(m, Double.NaN);
    for (int i = 0; i < inputs.length; i++) {
      System.arraycopy(inputs[i], 0, m, at(program.inputs().get(i).value()), inputs[i].length);
    }
    for (Op op : program.ops()) {
      run(op, seed, index);
    }
    double[][] outputs = new double[program.outputs().size()][];
    for (int o = 0; o < outputs.length; o++) {
      Value value = program.outputs().get(o).value();
      outputs[o] = Arrays.copyOfRange(m, at(value), at(value) + value.shape().size());
    }
    return outputs;
  }

  private int at(Value value) {
    return program.plan().offset(value);
  }

  private void run(Op op, long seed, long index) {
    Shape shape = op.out().shape();
    int out = at(op.out());
    int size = shape.size();
    int a = op.inputs().isEmpty() ? -1 : at(op.in(0));
    int[] n = op.integers();
    int[] t = op.table();
    switch (op.code()) {
      case NORMAL, UNIFORM -> random(op, seed, index);
      case ADD, SUB, MUL, DIV -> {
        int b = at(op.in(1));
        Shape y = op.in(1).shape();
        for (int e = 0; e < size; e++) {
          int c = y.channels() == 1 ? 0 : e / shape.sites();
          int s = y.sites() == 1 ? 0 : e % shape.sites();
          double v = m[b + c * y.sites() + s];
          m[out + e] =
              switch (op.code()) {
                case ADD -> m[a + e] + v;
                case SUB -> m[a + e] - v;
                case MUL -> m[a + e] * v;
                default -> m[a + e] / v;
              };
        }
      }
      case LINCOMB -> {
        int b = at(op.in(1));
        for (int e = 0; e < size; e++) {
          m[out + e] = p[n[0]] * m[a + e] + p[n[1]] * m[b + e];
        }
      }
      case AFFINE -> {
        for (int e = 0; e < size; e++) {
          m[out + e] = p[n[0]] * m[a + e] + p[n[1]];
        }
      }
      case SIN, COS, EXP, LOG, TANH -> {
        for (int e = 0; e < size; e++) {
          m[out + e] =
              switch (op.code()) {
                case SIN -> Math.sin(m[a + e]);
                case COS -> Math.cos(m[a + e]);
                case EXP -> Math.exp(Math.max(-87, Math.min(88, m[a + e])));
                case LOG -> Math.log(m[a + e]);
                default -> Math.tanh(m[a + e]);
              };
        }
      }
      case LEAKY -> {
        int b = at(op.in(1));
        for (int e = 0; e < size; e++) {
          m[out + e] = m[b + e] > 0 ? m[a + e] : p[n[0]] * m[a + e];
        }
      }
      case GATHER -> {
        for (int e = 0; e < size; e++) {
          double sum = 0;
          for (int k = 0; k < n[0] && t[e * n[0] + k] >= 0; k++) {
            sum += m[a + t[e * n[0] + k]];
          }
          m[out + e] = sum;
        }
      }
      case CUBIC_STEP -> cubicStep(op, a, at(op.in(1)), out, at(op.outputs().get(1)));
      case CONCAT -> {
        int to = out;
        for (Value part : op.inputs()) {
          System.arraycopy(m, at(part), m, to, part.shape().size());
          to += part.shape().size();
        }
      }
      case SITE_SUM -> {
        int sites = op.in(0).shape().sites();
        for (int c = 0; c < size; c++) {
          double sum = 0;
          for (int s = 0; s < sites; s++) {
            sum += m[a + c * sites + s];
          }
          m[out + c] = sum;
        }
      }
      case BROADCAST -> {
        int channels = op.in(0).shape().channels();
        for (int e = 0; e < size; e++) {
          m[out + e] = m[a + (channels == 1 ? 0 : e / shape.sites())];
        }
      }
      case FILL -> Arrays.fill(m, out, out + size, p[n[0]]);
      case TOTAL, DOT -> {
        int b = op.inputs().size() == 2 ? at(op.in(1)) : -1;
        double sum = 0;
        for (int e = 0; e < op.in(0).shape().size(); e++) {
          sum += m[a + e] * (b < 0 ? 1 : m[b + e]);
        }
        m[out] = sum;
        m[out + 1] = 0;
      }
      case PARAM_MUL -> {
        for (int e = 0; e < size; e++) {
          m[out + e] = m[a + e] * p[n[0] + t[e]];
        }
      }
      case PARAM_ADD -> {
        for (int e = 0; e < size; e++) {
          m[out + e] = m[a + e] + p[n[0] + t[e]];
        }
      }
      case SEGMENT_SUM, SEGMENT_DOT -> {
        int b = op.inputs().size() == 2 ? at(op.in(1)) : -1;
        Arrays.fill(m, out, out + size, 0);
        for (int e = 0; e < t.length; e++) {
          m[out + t[e]] += m[a + e] * (b < 0 ? 1 : m[b + e]);
        }
      }
      case AXIS -> {
        int stride = n[2];
        for (int e = 0; e < size; e++) {
          int i = e / stride % n[1];
          int base = e - i * stride;
          double sum = 0;
          for (int j = 0; j < n[1]; j++) {
            sum += p[n[0] + i * n[1] + j] * m[a + base + j * stride];
          }
          m[out + e] = sum;
        }
      }
      case SINES -> sines(op, a, out);
      case SINES_BACK -> sinesBack(op, a, at(op.in(1)), out, at(op.outputs().get(1)));
      case PLANE_SINES -> planeSines(op, a, out);
      case PLANE_SINES_BACK -> planeSinesBack(op, a, at(op.in(1)), out, at(op.outputs().get(1)));
      case CONV -> {
        int ci = op.in(0).shape().channels();
        int co = shape.channels();
        int sites = op.in(0).shape().sites();
        for (int e = 0; e < size; e++) {
          int c = e / shape.sites();
          int s = e % shape.sites();
          int row = n[5] == 0 ? s : t[(sites + 1) * n[2] + s];
          double sum = n[1] < 0 ? 0 : p[n[1] + c];
          for (int i = 0; i < ci; i++) {
            for (int k = 0; k < n[2]; k++) {
              int w = (n[4] == 1 ? i * co + c : c * ci + i) * n[3] + t[sites * n[2] + k];
              sum += p[n[0] + w] * m[a + i * sites + t[row * n[2] + k]];
            }
          }
          m[out + e] = sum;
        }
      }
      case CONV_GRAD -> {
        int g = at(op.in(1));
        int ci = op.in(0).shape().channels();
        int co = op.in(1).shape().channels();
        int sites = op.in(0).shape().sites();
        Arrays.fill(m, out, out + size, 0);
        for (int c = 0; c < co; c++) {
          for (int s = 0; s < sites; s++) {
            double gradient = m[g + c * sites + s];
            m[out + co * ci * n[3] + c] += gradient;
            for (int i = 0; i < ci; i++) {
              for (int k = 0; k < n[2]; k++) {
                m[out + (c * ci + i) * n[3] + t[sites * n[2] + k]] +=
                    gradient * m[a + i * sites + t[s * n[2] + k]];
              }
            }
          }
        }
      }
    }
  }

  private void cubicStep(Op op, int v, int a, int outV, int outA) {
    int[] n = op.integers();
    int[] t = op.table();
    for (int e = 0; e < op.out().shape().size(); e++) {
      double sum = 0;
      for (int k = 0; k < n[5]; k++) {
        sum += m[a + t[e * n[5] + k]];
      }
      double x = m[a + e];
      m[outV + e] = m[v + e] + p[n[0]] * (p[n[1]] * x + p[n[2]] * x * x * x + p[n[3]] * sum);
      m[outA + e] = x + p[n[4]] * m[outV + e];
    }
  }

  private void random(Op op, long seed, long index) {
    int out = at(op.out());
    int size = op.out().shape().size();
    int[] words = new int[4];
    double[] four = new double[4];
    for (int block = 0; 4 * block < size; block++) {
      Philox.block(block, op.integer(0), index, seed, words);
      for (int i = 0; i < 4; i++) {
        four[i] = Philox.uniform(words[i]);
      }
      if (op.code() == OpCode.NORMAL) {
        for (int i = 0; i < 4; i += 2) {
          double r = Math.sqrt(-2 * Math.log(four[i]));
          double angle = 2 * Math.PI * four[i + 1];
          four[i] = r * Math.cos(angle);
          four[i + 1] = r * Math.sin(angle);
        }
      }
      System.arraycopy(four, 0, m, out + 4 * block, Math.min(4, size - 4 * block));
    }
  }

  private void sines(Op op, int a, int out) {
    int w = op.integer(0);
    int f = op.integer(1);
    int rows = op.integer(2);
    int sites = op.out().shape().sites();
    double[] sine = new double[f];
    for (int s = 0; s < sites; s++) {
      double x = m[a + s];
      for (int i = 0; i < f; i++) {
        sine[i] = Math.sin(p[w + i] * x);
      }
      for (int k = 0; k < rows; k++) {
        int row = w + f + k * (f + 1);
        double sum = p[row] * x;
        for (int i = 0; i < f; i++) {
          sum += p[row + 1 + i] * sine[i];
        }
        m[out + k * sites + s] = sum;
      }
      if (op.integer(3) == 1) {
        double slope = p[w + f];
        for (int i = 0; i < f; i++) {
          slope += p[w + f + 1 + i] * p[w + i] * Math.cos(p[w + i] * x);
        }
        m[out + rows * sites + s] = slope;
      }
    }
  }

  private double phase(Op op, int a, int sine, int site) {
    int channels = op.in(0).shape().channels();
    double phase = 0;
    for (int c = 0; c < channels; c++) {
      phase += p[op.integer(0) + sine * channels + c] * m[a + c * op.in(0).shape().sites() + site];
    }
    return phase;
  }

  private void planeSines(Op op, int a, int out) {
    int channels = op.in(0).shape().channels();
    int sites = op.in(0).shape().sites();
    int sines = op.integer(1);
    for (int s = 0; s < sites; s++) {
      double sum = 0;
      double slope = 0;
      for (int f = 0; f < sines; f++) {
        double weight = p[op.integer(0) + sines * channels + f];
        double phase = phase(op, a, f, s);
        sum += weight * Math.sin(phase);
        slope += weight * p[op.integer(0) + f * channels] * Math.cos(phase);
      }
      m[out + s] = sum;
      m[out + sites + s] = slope;
    }
  }

  private void planeSinesBack(Op op, int a, int g, int da, int dp) {
    int channels = op.in(0).shape().channels();
    int sites = op.in(0).shape().sites();
    int sines = op.integer(1);
    int k = op.integer(0);
    double[] gradient = new double[sines * (channels + 1)];
    double[] field = new double[channels * sites];
    for (int s = 0; s < sites; s++) {
      double u = m[g + s];
      double d = m[g + sites + s];
      for (int f = 0; f < sines; f++) {
        double weight = p[k + sines * channels + f];
        double own = p[k + f * channels];
        double sin = Math.sin(phase(op, a, f, s));
        double cos = Math.cos(phase(op, a, f, s));
        double byPhase = weight * (u * cos - d * own * sin);
        for (int c = 0; c < channels; c++) {
          field[c * sites + s] += byPhase * p[k + f * channels + c];
          gradient[f * channels + c] += byPhase * m[a + c * sites + s];
        }
        gradient[f * channels] += d * weight * cos;
        gradient[sines * channels + f] += u * sin + d * own * cos;
      }
    }
    System.arraycopy(field, 0, m, da, field.length);
    System.arraycopy(gradient, 0, m, dp, gradient.length);
  }

  private void sinesBack(Op op, int a, int g, int da, int dp) {
    int w = op.integer(0);
    int f = op.integer(1);
    int rows = op.integer(2);
    boolean slope = op.integer(3) == 1;
    int sites = op.in(0).shape().sites();
    double[] gradient = new double[f + rows * (f + 1)];
    for (int s = 0; s < sites; s++) {
      double x = m[a + s];
      double d = slope ? m[g + rows * sites + s] : 0;
      double dx = 0;
      for (int k = 0; k < rows; k++) {
        double u = m[g + k * sites + s];
        int row = f + k * (f + 1);
        dx += u * p[w + row];
        gradient[row] += u * x;
        for (int i = 0; i < f; i++) {
          double om = p[w + i];
          double weight = p[w + row + 1 + i];
          double sin = Math.sin(om * x);
          double cos = Math.cos(om * x);
          dx += u * weight * om * cos;
          gradient[row + 1 + i] += u * sin;
          gradient[i] += u * weight * x * cos;
          if (k == 0) {
            dx -= d * weight * om * om * sin;
            gradient[row + 1 + i] += d * om * cos;
            gradient[i] += d * weight * (cos - om * x * sin);
          }
        }
      }
      gradient[f] += d;
      m[da + s] = dx;
    }
    System.arraycopy(gradient, 0, m, dp, gradient.length);
  }
}
