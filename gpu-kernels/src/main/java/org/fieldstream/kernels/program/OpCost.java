package org.fieldstream.kernels.program;

import java.util.Arrays;

/**
 * What an op costs in each lane, from its definition: arithmetic on floats and the least traffic
 * with the arena. A machine may do better (taps that share a weight summed before the
 * multiplication) or worse (several sweeps where registers run out).
 *
 * @param flops additions, subtractions, multiplications, divisions and square roots; a fused
 *     multiply-add is two. Moves, comparisons and integer arithmetic are none
 * @param bytes each input element that is read and each output element once, 4 bytes each; tables
 *     and parameters are shared by all lanes and do not count
 */
public record OpCost(long flops, long bytes) {
  /** Polynomials as the machines evaluate them; sine and cosine without the reduction. */
  private static final int REDUCTION = 8;

  private static final int SIN = 9;
  private static final int COS = 10;
  private static final int EXP = 22;
  private static final int LOG = 27;
  private static final int TANH = 38;

  /** Kahan's sum: four for a term that one would do for. */
  private static final int COMPENSATED = 4;

  /** The cost of an op. */
  public static OpCost of(Op op) {
    long elements = op.outputs().stream().mapToLong(v -> v.shape().size()).sum();
    return new OpCost(flops(op), 4 * (elements + read(op)));
  }

  /** The sum of two costs. */
  public OpCost plus(OpCost other) {
    return new OpCost(flops + other.flops, bytes + other.bytes);
  }

  private static long read(Op op) {
    return op.code() == OpCode.GATHER
        ? Arrays.stream(op.table()).filter(e -> e >= 0).distinct().count()
        : op.inputs().stream().distinct().mapToLong(v -> v.shape().size()).sum();
  }

  private static long flops(Op op) {
    long n = op.out().shape().size();
    return switch (op.code()) {
      case CONCAT, BROADCAST, FILL -> 0;
      case ADD, SUB, MUL, DIV, PARAM_MUL, PARAM_ADD, LEAKY -> n;
      case LINCOMB -> 3 * n;
      case AFFINE -> 2 * n;
      case SIN -> (REDUCTION + SIN) * n;
      case COS -> (REDUCTION + COS) * n;
      case EXP -> EXP * n;
      case LOG -> LOG * n;
      case TANH -> TANH * n;
      case UNIFORM -> 2 * n;
      case NORMAL -> (4 + LOG + 3 + REDUCTION + SIN + COS + 2) * ((n + 1) / 2);
      case GATHER -> {
        int taps = op.integer(0);
        long terms = Arrays.stream(op.table()).filter(e -> e >= 0).count();
        long sums = 0;
        for (int e = 0; e < op.table().length; e += taps) {
          sums += op.table()[e] >= 0 ? 1 : 0;
        }
        yield terms - sums;
      }
      case CUBIC_STEP -> (10 + op.integer(5) - 1) * n;
      case SITE_SUM, TOTAL -> (long) COMPENSATED * op.in(0).shape().size();
      case DOT -> (COMPENSATED + 1L) * op.in(0).shape().size();
      case SEGMENT_SUM -> op.table().length;
      case SEGMENT_DOT -> 2L * op.table().length;
      case AXIS -> 2 * n * op.integer(1);
      case SINES, SINES_BACK -> series(op);
      case PLANE_SINES, PLANE_SINES_BACK -> planes(op);
      case CONV -> 2L * op.integer(2) * op.in(0).shape().channels() * n;
      case CONV_GRAD -> {
        long terms = (long) op.in(0).shape().channels() * op.integer(2);
        yield (2 * terms + 1) * op.in(1).shape().size();
      }
    };
  }

  private static long series(Op op) {
    int sines = op.integer(1);
    int rows = op.integer(2);
    boolean slope = op.integer(3) == 1;
    long site;
    if (op.code() == OpCode.SINES) {
      site = rows + sines * (1L + REDUCTION + SIN + 2L * rows + (slope ? COS + 2 : 0));
    } else {
      long one = 1L + REDUCTION + SIN + COS + 4L * rows + 5 + (slope ? 11 : 0);
      site = 4L * rows + (slope ? 1 : 0) + sines * one;
    }
    return site * op.in(0).shape().sites();
  }

  private static long planes(Op op) {
    long channels = op.in(0).shape().channels();
    long both = 2 * channels - 1 + REDUCTION + SIN + COS;
    long one = op.code() == OpCode.PLANE_SINES ? both + 4 : both + 11 + 4 * channels;
    return op.integer(1) * one * op.in(0).shape().sites();
  }
}
