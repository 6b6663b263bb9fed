package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * The checkerboard affine coupling flow (M. Albergo, G. Kanwar, P. Shanahan, arXiv 1904.12072; with
 * code in arXiv 2101.08176, whose layers and weights these are): phi is standard normal at first;
 * layer i leaves one colour of the checkerboard, the frozen one, and updates the other, the active
 * one, by
 *
 * <pre>
 * (s, t) = net_i(phi_frozen),   phi_x -> phi_x exp(s_x) + t_x,   log J = sum over active x of s_x
 * </pre>
 *
 * with a convolutional {@link CouplingNet} that sees 0 at active sites. Sites of even coordinate
 * sum are active in the layers 0, 2, 4, ... One to one for all weights, since |s| is below 1.
 *
 * <p>Its tensors have the names and shapes of the state dict of that paper's {@code ModuleList} of
 * layers: {@code i.net.0.weight} of {@code [out][in][kernel]...}, {@code i.net.0.bias} of {@code
 * [out]}, then {@code i.net.2}, {@code i.net.4}, ... Any number of dimensions, any extents.
 */
public final class AffineFlow implements Flow {
  private final Lattice lattice;
  private final AffineShape shape;
  private final Checkerboard halves;
  private final CouplingNet net;
  private final List<Tensor> tensors = new ArrayList<>();
  private final int size;

  /** A flow of the given shape on a lattice. */
  public AffineFlow(Lattice lattice, AffineShape shape) {
    this.lattice = lattice;
    this.shape = shape;
    halves = new Checkerboard(lattice);
    net = new CouplingNet(lattice, halves, shape.kernel());
    int at = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      int in = 1;
      for (int i = 0; i <= shape.hidden().size(); i++) {
        int out = channels(i);
        List<Integer> extents = new ArrayList<>(List.of(out, in));
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
          extents.add(shape.kernel());
        }
        at = tensor(name(layer, i, "weight"), extents, at);
        at = tensor(name(layer, i, "bias"), List.of(out), at);
        in = out;
      }
    }
    size = at;
  }

  private int tensor(String name, List<Integer> extents, int at) {
    Tensor tensor = new Tensor(name, List.copyOf(extents), at);
    tensors.add(tensor);
    return Math.addExact(at, tensor.size());
  }

  /** The name of a tensor: rectifiers have the odd numbers. */
  static String name(int layer, int convolution, String what) {
    return layer + ".net." + 2 * convolution + "." + what;
  }

  /** Output channels of a convolution. */
  private int channels(int convolution) {
    return convolution < shape.hidden().size() ? shape.hidden().get(convolution) : 2;
  }

  @Override
  public Lattice lattice() {
    return lattice;
  }

  @Override
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** Uniform within 1 / sqrt(fan in), as PyTorch does; the last convolution a tenth of that. */
  @Override
  public double[] initial(long seed) {
    Random random = new Random(seed);
    double[] theta = new double[size];
    int last = shape.hidden().size();
    for (int n = 0; n < tensors.size(); n++) {
      int convolution = n / 2 % (last + 1);
      int fanIn = net.taps() * (convolution == 0 ? 1 : channels(convolution - 1));
      double width = (convolution == last ? 0.1 : 1) / Math.sqrt(fanIn);
      Tensor tensor = tensors.get(n);
      for (int i = 0; i < tensor.size(); i++) {
        theta[tensor.offset() + i] = width * (2 * random.nextDouble() - 1);
      }
    }
    return theta;
  }

  /** The parameters of all networks, added to a program. */
  private List<List<CouplingNet.Layer>> networks(ProgramBuilder b, CopyMap copies) {
    List<List<CouplingNet.Layer>> networks = new ArrayList<>();
    int n = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      List<CouplingNet.Layer> network = new ArrayList<>();
      for (int i = 0; i <= shape.hidden().size(); i++) {
        Parameter weights = parameter(b, copies, tensors.get(n++));
        Parameter bias = parameter(b, copies, tensors.get(n++));
        network.add(new CouplingNet.Layer(channels(i), weights, bias));
      }
      networks.add(network);
    }
    return networks;
  }

  private static Parameter parameter(ProgramBuilder b, CopyMap copies, Tensor tensor) {
    for (int i = 0; i < tensor.size(); i++) {
      copies.copy(tensor.offset() + i);
    }
    return b.parameter(tensor.name(), tensor.size());
  }

  private Value[] split(ProgramBuilder b, Value field) {
    return new Value[] {halves.take(b, field, 0), halves.take(b, field, 1)};
  }

  @Override
  public Mapped map(ProgramBuilder b, Value z, boolean withScore) {
    CopyMap copies = new CopyMap();
    List<List<CouplingNet.Layer>> networks = networks(b, copies);
    List<Value> jacobians = new ArrayList<>();
    Value[] x = split(b, z);
    Value @Nullable [] score = null;
    if (withScore) {
      // log q = -z.z/2 + ..
      score = split(b, b.scale(-1, z));
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      int active = layer % 2;
      Value frozen = x[1 - active];
      Value both = net.run(b, frozen, active, networks.get(layer));
      Value s = b.channels(both, 0, 1);
      Value growth = b.exp(s);
      if (score != null) {
        carry(b, score, x[active], frozen, active, both, growth);
      }
      x[active] = b.add(b.mul(x[active], growth), b.channels(both, 1, 2));
      jacobians.add(b.total(s));
      b.checkpoint();
    }
    return new Mapped(
        halves.merge(b, x), jacobians, copies, score == null ? null : halves.merge(b, score));
  }

  /**
   * Carries the score d = dlog q/dphi through a layer: {@code d_active' = d_active exp(-s)} and
   * {@code d_frozen' = d_frozen - (ds/dphi)^T (1 + phi_active d_active) - (dt/dphi)^T d_active'}
   * (Vaitl, Nicoli, Nakajima, Kessel, arXiv 2207.08219, section 3).
   *
   * @param score the halves of d; modified
   * @param x the active half before the update
   */
  private static void carry(
      ProgramBuilder b,
      Value[] score,
      Value x,
      Value frozen,
      int active,
      Value both,
      Value growth) {
    Value byScale = b.affine(1, b.mul(x, score[active]), 1);
    score[active] = b.div(score[active], growth);
    Value back =
        b.pullback(Map.of(both, b.concat(byScale, score[active])), Set.of(frozen)).by(frozen);
    score[1 - active] = b.sub(score[1 - active], back);
  }

  /**
   * Adds {@code z = f^-1(phi)} to a program.
   *
   * @param phi the field, {@code [1][V]}
   * @return z in the place of the field, and sums whose total is log |det dphi/dz|
   */
  public Mapped inverse(ProgramBuilder b, Value phi) {
    CopyMap copies = new CopyMap();
    List<List<CouplingNet.Layer>> networks = networks(b, copies);
    List<Value> jacobians = new ArrayList<>();
    Value[] x = split(b, phi);
    for (int layer = shape.layers() - 1; layer >= 0; layer--) {
      int active = layer % 2;
      Value both = net.run(b, x[1 - active], active, networks.get(layer));
      Value s = b.channels(both, 0, 1);
      x[active] = b.mul(b.sub(x[active], b.channels(both, 1, 2)), b.exp(b.scale(-1, s)));
      jacobians.add(b.total(s));
    }
    return new Mapped(halves.merge(b, x), jacobians, copies, null);
  }

  @Override
  public Inverse inverse(double[] theta) {
    ProgramBuilder b = new ProgramBuilder();
    Mapped inverse = inverse(b, b.input("phi", 1, lattice.sites()));
    b.output("z", inverse.phi());
    DoubleProgram program = new DoubleProgram(b.build(), inverse.parameters(), theta);
    return phi -> program.run(phi)[0];
  }

  @Override
  public double logScale(double[] theta) {
    return 0;
  }

  @Override
  public void addLogScaleGradient(double[] gradient) {
    // The map has no step whose Jacobian depends on theta alone.
  }

  @Override
  public boolean invertible(double[] theta) {
    return Arrays.stream(theta).allMatch(Double::isFinite);
  }

  @Override
  public boolean project(double[] theta) {
    return false;
  }
}
