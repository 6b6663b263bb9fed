package org.fieldstream.kernels.program;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation: walks the ops backwards and adds each op's adjoint to the builder.
 * Scalars of LINCOMB and AFFINE, axis matrices and random numbers are constants to it.
 */
final class Adjoint {
  private final ProgramBuilder b;
  private final Map<Value, Value> gradients = new HashMap<>();
  private final Map<Parameter, Value> parameterGradients = new LinkedHashMap<>();

  Adjoint(ProgramBuilder builder) {
    this.b = builder;
  }

  Gradient ofSums(Map<Value, Double> seeds) {
    List<Op> forward = List.copyOf(b.ops);
    for (Value sum : seeds.keySet()) {
      OpCode maker =
          forward.stream()
              .filter(op -> op.out().equals(sum))
              .map(Op::code)
              .findFirst()
              .orElse(null);
      if (maker != OpCode.TOTAL && maker != OpCode.DOT) {
        throw new IllegalArgumentException(
            "sums: " + sum + " (expected: the value of total() or dot())");
      }
    }
    walk(forward, seeds, Set.of());
    return new Gradient(gradients, parameterGradients);
  }

  Gradient ofValues(Map<Value, Value> cotangents, Set<Value> independent) {
    gradients.putAll(cotangents);
    walk(List.copyOf(b.ops), Map.of(), independent);
    return new Gradient(gradients, parameterGradients);
  }

  private void walk(List<Op> forward, Map<Value, Double> seeds, Set<Value> independent) {
    for (int i = forward.size() - 1; i >= 0; i--) {
      Op op = forward.get(i);
      if (!Collections.disjoint(op.outputs(), independent)) {
        continue;
      }
      Double seed = seeds.get(op.out());
      boolean bySecond = op.outputs().size() > 1 && gradients.containsKey(op.outputs().get(1));
      if (bySecond && op.code() != OpCode.CUBIC_STEP) {
        throw refused(op);
      }
      if (seed != null) {
        if (gradients.containsKey(op.out())) {
          throw refused(op);
        }
        seed(op, seed);
      } else {
        Value g = gradients.get(op.out());
        if (g != null) {
          back(op, g);
        } else if (bySecond) {
          cubicStep(op);
        }
      }
    }
  }

  private void seed(Op op, double c) {
    if (op.code() == OpCode.TOTAL) {
      to(op.in(0), b.fill(c, op.in(0).shape().channels(), op.in(0).shape().sites()));
    } else {
      to(op.in(0), b.scale(c, op.in(1)));
      to(op.in(1), b.scale(c, op.in(0)));
    }
  }

  private void back(Op op, Value g) {
    switch (op.code()) {
      case NORMAL, UNIFORM, FILL -> {}
      case ADD -> {
        to(op.in(0), g);
        to(op.in(1), reduced(g, op.in(1).shape()));
      }
      case SUB -> {
        to(op.in(0), g);
        to(op.in(1), reduced(b.scale(-1, g), op.in(1).shape()));
      }
      case MUL -> {
        to(op.in(0), b.mul(g, op.in(1)));
        to(op.in(1), reduced(b.mul(g, op.in(0)), op.in(1).shape()));
      }
      case DIV -> {
        Value quotient = b.div(g, op.in(1));
        to(op.in(0), quotient);
        to(op.in(1), reduced(b.scale(-1, b.mul(quotient, op.out())), op.in(1).shape()));
      }
      case LINCOMB -> {
        to(op.in(0), scaled(op.integer(0), g));
        to(op.in(1), scaled(op.integer(1), g));
      }
      case AFFINE -> to(op.in(0), scaled(op.integer(0), g));
      case SIN -> to(op.in(0), b.mul(g, b.cos(op.in(0))));
      case COS -> to(op.in(0), b.scale(-1, b.mul(g, b.sin(op.in(0)))));
      case EXP -> to(op.in(0), b.mul(g, op.out()));
      case LOG -> to(op.in(0), b.div(g, op.in(0)));
      case TANH -> to(op.in(0), b.mul(g, b.affine(-1, b.mul(op.out(), op.out()), 1)));
      case LEAKY -> {
        // The output has the sign of the input and is alive anyway.
        Value gate = op.in(0).equals(op.in(1)) ? op.out() : op.in(1);
        to(op.in(0), b.leaky(op.integer(0), g, gate));
      }
      case GATHER -> to(op.in(0), scatter(op.table(), op.integer(0), op.in(0).shape(), g));
      case CUBIC_STEP -> cubicStep(op);
      case CONCAT -> {
        int from = 0;
        for (Value part : op.inputs()) {
          int next = from + part.shape().channels();
          to(part, b.channels(g, from, next));
          from = next;
        }
      }
      case SITE_SUM ->
          to(op.in(0), b.broadcast(g, op.in(0).shape().channels(), op.in(0).shape().sites()));
      case BROADCAST -> to(op.in(0), reduced(g, op.in(0).shape()));
      case PARAM_MUL -> {
        to(
            op.in(0),
            b.add(OpCode.PARAM_MUL, g.shape(), List.of(g), op.table(), op.integers().clone()));
        toParameter(op.integer(0), p -> b.segmentDot(g, op.in(0), op.table(), p.length()));
      }
      case PARAM_ADD -> {
        to(op.in(0), g);
        toParameter(op.integer(0), p -> b.segmentSum(g, op.table(), p.length()));
      }
      case AXIS -> to(op.in(0), b.axisTransposed(g, op.integer(1), op.integer(2), op.integer(0)));
      case SINES -> {
        List<Value> back = b.sinesBack(op.in(0), g, op.integers());
        to(op.in(0), back.get(0));
        toParameter(op.integer(0), p -> back.get(1));
      }
      case PLANE_SINES -> {
        List<Value> back = b.planeSinesBack(op.in(0), g, op.integers());
        to(op.in(0), back.get(0));
        toParameter(op.integer(0), p -> back.get(1));
      }
      case CONV -> convolution(op, g);
      case TOTAL, DOT, SEGMENT_SUM, SEGMENT_DOT, SINES_BACK, PLANE_SINES_BACK, CONV_GRAD ->
          throw refused(op);
    }
  }

  private static IllegalArgumentException refused(Op op) {
    return new IllegalArgumentException(
        "gradient: through " + op.code() + " (expected: sums only as ends, no second derivatives)");
  }

  private Value scaled(int parameter, Value g) {
    Parameter zero = b.scalar(0);
    return b.add(OpCode.AFFINE, g.shape(), List.of(g), new int[0], parameter, zero.offset());
  }

  /** Sums a gradient over what its value was repeated over. */
  private Value reduced(Value g, Shape shape) {
    Value sum = shape.sites() == 1 && g.shape().sites() > 1 ? b.siteSum(g) : g;
    int channels = g.shape().channels();
    if (shape.channels() == channels) {
      return sum;
    }
    int sites = sum.shape().sites();
    int[] table = new int[sites * channels];
    for (int s = 0; s < sites; s++) {
      for (int c = 0; c < channels; c++) {
        table[s * channels + c] = c * sites + s;
      }
    }
    return b.gather(sum, 1, sites, channels, table);
  }

  private void cubicStep(Op op) {
    Value a = op.in(1);
    Value byVelocity = gradients.get(op.out());
    Value byField = gradients.get(op.outputs().get(1));
    if (byField != null) {
      Value moved = scaled(op.integer(4), byField);
      byVelocity = byVelocity == null ? moved : b.add(byVelocity, moved);
      to(a, byField);
    }
    if (byVelocity == null) {
      throw new IllegalStateException("gradient: none of " + op);
    }
    Value scaled = scaled(op.integer(0), byVelocity);
    Value cubic = scaled(op.integer(2), b.mul(a, a));
    int three = b.scalar(3).offset();
    int[] integers = {three, op.integer(1)};
    Value slope = b.add(OpCode.AFFINE, a.shape(), List.of(cubic), new int[0], integers);
    Value spread = scatter(op.table(), op.integer(5), a.shape(), scaled);
    to(op.in(0), byVelocity);
    to(a, b.add(b.mul(scaled, slope), scaled(op.integer(3), spread)));
  }

  /** The adjoint of summing over a table's taps. */
  private Value scatter(int[] table, int taps, Shape from, Value g) {
    int[] degree = new int[from.size()];
    for (int e = 0; e < table.length; e += taps) {
      for (int k = e; k < e + taps && table[k] >= 0; k++) {
        degree[table[k]]++;
      }
    }
    int most = Math.max(1, Arrays.stream(degree).max().orElse(1));
    int[] back = new int[from.size() * most];
    Arrays.fill(back, -1);
    int[] filled = new int[from.size()];
    for (int e = 0; e < table.length; e += taps) {
      for (int k = e; k < e + taps && table[k] >= 0; k++) {
        int source = table[k];
        back[source * most + filled[source]++] = e / taps;
      }
    }
    return b.gather(g, from.channels(), from.sites(), most, back);
  }

  /** The gradient by a convolution's output at some sites as one at all, 0 elsewhere. */
  private Value everywhere(Op op, Value g) {
    int sites = op.in(0).shape().sites();
    int channels = g.shape().channels();
    int some = g.shape().sites();
    int[] spread = new int[channels * sites];
    Arrays.fill(spread, -1);
    for (int e = 0; e < channels * some; e++) {
      int site = op.table()[(sites + 1) * op.integer(2) + e % some];
      spread[e / some * sites + site] = e;
    }
    return b.gather(g, channels, sites, 1, spread);
  }

  private void convolution(Op op, Value atSites) {
    if (op.integer(4) == 1) { // itself the adjoint of a convolution
      throw refused(op);
    }
    int taps = op.integer(2);
    int sites = op.in(0).shape().sites();
    int[] table = Arrays.copyOf(op.table(), (sites + 1) * taps);
    Value g = op.integer(5) == 0 ? atSites : everywhere(op, atSites);
    // Each tap is a bijection of sites, so the transposed table reads it backwards.
    int[] back = new int[table.length];
    for (int s = 0; s < sites; s++) {
      for (int k = 0; k < taps; k++) {
        back[table[s * taps + k] * taps + k] = s;
      }
    }
    System.arraycopy(table, sites * taps, back, sites * taps, taps);
    to(
        op.in(0),
        b.add(
            OpCode.CONV,
            op.in(0).shape(),
            List.of(g),
            back,
            op.integer(0),
            -1,
            taps,
            op.integer(3),
            1,
            0));
    int weights = op.in(0).shape().channels() * g.shape().channels() * op.integer(3);
    int[] integers = op.integers().clone();
    integers[0] = 0;
    integers[1] = 0;
    integers[5] = 0;
    Value both =
        b.add(
            OpCode.CONV_GRAD,
            new Shape(weights + g.shape().channels(), 1),
            List.of(op.in(0), g),
            table,
            integers);
    toParameter(op.integer(0), p -> b.channels(both, 0, weights));
    toParameter(op.integer(1), p -> b.channels(both, weights, weights + g.shape().channels()));
  }

  private void to(Value value, Value gradient) {
    gradients.merge(value, gradient, b::add);
  }

  private void toParameter(int offset, java.util.function.Function<Parameter, Value> gradient) {
    Parameter parameter = declared(offset);
    if (parameter != null) {
      parameterGradients.merge(parameter, gradient.apply(parameter), b::add);
    }
  }

  private @Nullable Parameter declared(int offset) {
    return b.parameters().stream().filter(p -> p.offset() == offset).findFirst().orElse(null);
  }
}
