package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.fieldstream.kernels.lattice.Colouring;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * The flow split by colours, whose Jacobian is exact: the lattice is coloured by coordinate
 * parities and a layer updates one colour after the other,
 *
 * <pre>
 * phi_x += F_{c,0}(phi_x) + sum_{y near x, of other colours} F_{c,|x-y|}(phi_y)
 * F(phi)  = w_0 phi + sum_f w_f sin(om_f phi)
 * log J   = sum_x log(1 + F_{c,0}'(phi_x))
 * </pre>
 *
 * where "near" is the box of radius 1 and F depends on how many coordinates differ. It starts from
 * a Gaussian whose spectrum is learned by orbit of momenta; between blocks of layers a learned
 * spectral gain (constant Jacobian) gives the local layers reach. Invariant under Z2 and
 * translations by two sites exactly, under the hypercubic group in the mean (colours take turns in
 * both orders).
 *
 * <p>Invertible for every field while {@code 1 + w_0 - sum_f |w_f om_f| > 0} for each {@code
 * F_{c,0}}, which {@link #project} keeps.
 */
public final class SplitFlow implements Flow {
  /** Least slope of the diagonal map that {@link #project} allows. */
  private static final double LEAST_SLOPE = 0.02;

  private final Lattice lattice;
  private final SplitShape shape;
  private final Colouring colouring;
  private final SpectralOrbits orbits;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Tensor spectrum;
  private final Tensor gains;
  private final Tensor frequencies;
  private final Tensor weights;
  private final int size;

  /** A flow of the given shape on a lattice of even extents. */
  public SplitFlow(Lattice lattice, SplitShape shape) {
    this.lattice = lattice;
    this.shape = shape;
    colouring = new Colouring(lattice);
    orbits = new SpectralOrbits(lattice);
    int layers = shape.blocks() * shape.layers();
    spectrum = tensor("prior.log_amplitude", orbits.size());
    gains =
        shape.blocks() > 1
            ? tensor("filter.log_gain", shape.blocks() - 1, orbits.size())
            : new Tensor("none", List.of(0), spectrum.size());
    frequencies = tensor("layer.frequency", layers, shape.sines());
    weights =
        tensor(
            "layer.weight",
            layers,
            colouring.colours(),
            lattice.dimensions() + 1,
            shape.sines() + 1);
    size = tensors.stream().mapToInt(Tensor::size).sum();
  }

  private Tensor tensor(String name, Integer... extents) {
    int offset = tensors.stream().mapToInt(Tensor::size).sum();
    Tensor tensor = new Tensor(name, List.of(extents), offset);
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public Lattice lattice() {
    return lattice;
  }

  @Override
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** First position of the weights of F_{c, distance} in a layer. */
  private int weight(int layer, int colour, int distance) {
    int rows = lattice.dimensions() + 1;
    return weights.offset()
        + ((layer * colouring.colours() + colour) * rows + distance) * (shape.sines() + 1);
  }

  @Override
  public double[] initial(long seed) {
    Random random = new Random(seed);
    double[] theta = new double[size];
    double longest = Arrays.stream(lattice.extents()).max().orElseThrow();
    double mass2 = 16 / (longest * longest); // xi = L / 4, where this field's models live
    for (int o = 0; o < orbits.size(); o++) {
      theta[spectrum.offset() + o] = -0.5 * Math.log(2 * (orbits.khat2(o) + mass2));
    }
    int layers = shape.blocks() * shape.layers();
    for (int layer = 0; layer < layers; layer++) {
      for (int f = 0; f < shape.sines(); f++) {
        theta[frequencies.offset() + layer * shape.sines() + f] =
            0.7 + (shape.sines() == 1 ? 0 : 4.3 * f / (shape.sines() - 1));
      }
    }
    for (int i = 0; i < weights.size(); i++) {
      theta[weights.offset() + i] = 1e-3 * random.nextGaussian();
    }
    return theta;
  }

  @Override
  public Mapped map(ProgramBuilder b, Value z, boolean withScore) {
    CopyMap copies = new CopyMap();
    List<Value> jacobians = new ArrayList<>();
    int prior = spectrum.offset();
    Value x = Fourier.hartley(b, scaled(b, z, "prior", prior, copies::exp), lattice);
    @Nullable Value score = null;
    if (withScore) {
      // log q = -z.z/2 + .. with z = exp(-theta) H x
      Value white = scaled(b, b.scale(-1, z), "1/prior", prior, copies::expNegative);
      score = Fourier.hartley(b, white, lattice);
    }
    for (int block = 0; block < shape.blocks(); block++) {
      if (block > 0) {
        int gain = gains.offset() + (block - 1) * orbits.size();
        x = filtered(b, x, "gain " + block, gain, copies::exp);
        if (score != null) {
          score = filtered(b, score, "1/gain " + block, gain, copies::expNegative);
        }
      }
      SplitBlock.Result result =
          new SplitBlock(
                  b,
                  colouring,
                  shape.sines(),
                  (name, layer, targets, distances) ->
                      row(b, copies, name, layer, targets, distances))
              .run(x, score, block * shape.layers(), shape.layers());
      x = result.phi();
      score = result.score();
      jacobians.add(b.total(b.log(result.jacobian())));
    }
    return new Mapped(x, jacobians, copies, score);
  }

  /** Multiplies each momentum by its orbit's program parameter. */
  private Value scaled(ProgramBuilder b, Value x, String name, int theta, IntConsumer parameter) {
    Parameter p = b.parameter(name, orbits.size());
    for (int o = 0; o < orbits.size(); o++) {
      parameter.accept(theta + o);
    }
    return b.times(x, p, orbits.slots());
  }

  private Value filtered(ProgramBuilder b, Value x, String name, int theta, IntConsumer parameter) {
    return Fourier.hartley(
        b, scaled(b, Fourier.hartley(b, x, lattice), name, theta, parameter), lattice);
  }

  /**
   * A sine-series parameter of a layer: frequencies, then the rows asked for.
   *
   * @param targets colour whose update each row feeds
   * @param distances how many coordinates differ between source and target, 0 for the diagonal
   */
  private Parameter row(
      ProgramBuilder b, CopyMap copies, String name, int layer, int[] targets, int[] distances) {
    int f = shape.sines();
    Parameter p = b.parameter(name, f + targets.length * (f + 1));
    for (int i = 0; i < f; i++) {
      copies.copy(frequencies.offset() + layer * f + i);
    }
    for (int r = 0; r < targets.length; r++) {
      for (int i = 0; i <= f; i++) {
        copies.copy(weight(layer, targets[r], distances[r]) + i);
      }
    }
    return p;
  }

  @Override
  public double logScale(double[] theta) {
    double sum = 0;
    for (int o = 0; o < orbits.size(); o++) {
      double logs = theta[spectrum.offset() + o];
      for (int block = 1; block < shape.blocks(); block++) {
        logs += theta[gains.offset() + (block - 1) * orbits.size() + o];
      }
      sum -= orbits.count(o) * logs;
    }
    return sum;
  }

  @Override
  public boolean project(double[] theta) {
    boolean moved = false;
    int f = shape.sines();
    for (int layer = 0; layer < shape.blocks() * shape.layers(); layer++) {
      for (int c = 0; c < colouring.colours(); c++) {
        int w = weight(layer, c, 0);
        double fall = -theta[w];
        for (int i = 0; i < f; i++) {
          fall += Math.abs(theta[w + 1 + i] * theta[frequencies.offset() + layer * f + i]);
        }
        if (fall > 1 - LEAST_SLOPE) {
          double shrink = (1 - LEAST_SLOPE) / fall;
          for (int i = 0; i <= f; i++) {
            theta[w + i] *= shrink;
          }
          moved = true;
        }
      }
    }
    return moved;
  }
}
