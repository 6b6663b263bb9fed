package org.fieldstream.server.testing;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;

/**
 * Each line is a kind of stream: a generator on 4 x 4, and what it is asked for. What holds for
 * streams is tested for all of them: determinism, pacing, answers to bad input.
 */
public enum StreamKind {
  U1_EXACT(House.GAUGE, "exact", 2),
  U1_HMC(House.GAUGE, "hmc", 2),
  U1_LOCAL(House.GAUGE, "local", 2),
  U1_WINDING(House.GAUGE, "winding", 2),
  U1_CONTINUOUS(House.GAUGE, "plaquette", 2),
  U1_DIFFUSION(House.GAUGE, "u1-diffusion", 0.5),
  U1_DIFFUSION_REWEIGHT(House.GAUGE, "u1-diffusion", 1, Exactness.EXACTNESS_REWEIGHT, 0),
  U1_DIFFUSION_LANGEVIN(House.GAUGE, "u1-diffusion-langevin", 0.5),
  DIFFUSION(House.SCALAR, "small-diffusion", 0),
  DIFFUSION_LANGEVIN(House.SCALAR, "small-diffusion-langevin", 0),
  DIFFUSION_MAALA(House.SCALAR, "small-diffusion-maala", 0),
  DIFFUSION_BROKEN(House.SCALAR, "small-diffusion-broken", 0),
  DIFFUSION_BROKEN_LANGEVIN(House.SCALAR, "small-diffusion-broken-langevin", 0),
  DIFFUSION_BROKEN_MAALA(House.SCALAR, "small-diffusion-broken-maala", 0),
  /** A Metropolis chain that shows how its states came out of noise. */
  DENOISING(House.SCALAR, "small-diffusion", 0, Exactness.EXACTNESS_METROPOLIS, 5),
  DENOISING_REWEIGHT(House.SCALAR, "small-diffusion", 0, Exactness.EXACTNESS_REWEIGHT, 5),
  DENOISING_BROKEN(House.SCALAR, "small-diffusion-broken", 0, Exactness.EXACTNESS_METROPOLIS, 5),
  /** The same of ways that are annealed. */
  DENOISING_MAALA(House.SCALAR, "small-diffusion-maala", 0, Exactness.EXACTNESS_METROPOLIS, 5),
  DENOISING_LANGEVIN(House.SCALAR, "small-diffusion-langevin", 0, Exactness.EXACTNESS_RAW, 5),
  DENOISING_BROKEN_MAALA(
      House.SCALAR, "small-diffusion-broken-maala", 0, Exactness.EXACTNESS_REWEIGHT, 5),
  DENOISING_U1(House.GAUGE, "u1-diffusion", 0.5, Exactness.EXACTNESS_METROPOLIS, 5),
  DENOISING_U1_REWEIGHT(House.GAUGE, "u1-diffusion", 1, Exactness.EXACTNESS_REWEIGHT, 5),
  DENOISING_U1_LANGEVIN(House.GAUGE, "u1-diffusion-langevin", 1, Exactness.EXACTNESS_RAW, 5);

  /** What serves them. */
  public enum House {
    /** The generators of gauge theory. */
    GAUGE {
      @Override
      List<Model> make() {
        return Stream.of(
                Stream.of(
                    new ExactModel(),
                    ChainModel.hmc(),
                    ChainModel.local(),
                    ChainModel.winding(),
                    PlaquetteModels.untrained("plaquette", 4, 4, 2)),
                ModelStore.bundled().list().stream()
                    .filter(model -> model.id().startsWith("u1-diffusion")))
            .<Model>flatMap(models -> models)
            .toList();
      }
    },
    /** Diffusion models of phi^4 in both phases, flow and annealed. */
    SCALAR {
      @Override
      List<Model> make() {
        return SmallDiffusion.models();
      }
    };

    private static final Map<House, List<Model>> MADE = new EnumMap<>(House.class);

    abstract List<Model> make();

    /** The models, made once. */
    public List<Model> models() {
      synchronized (MADE) {
        List<Model> models = MADE.get(this);
        if (models == null) {
          models = make();
          MADE.put(this, models);
        }
        return models;
      }
    }

    /** A server of the models. */
    public TestServer server() {
      return TestServer.start(
          MachineLineup.only(new VectorMachine(2)), models().toArray(Model[]::new));
    }

    /** Streams from here. */
    public List<StreamKind> kinds() {
      return Arrays.stream(StreamKind.values()).filter(kind -> kind.house == this).toList();
    }
  }

  /** Sites of the lattice. */
  public static final int SITES = 16;

  private final House house;
  private final String model;
  private final double beta;
  private final Exactness exactness;
  private final int levels;

  StreamKind(House house, String model, double beta) {
    this(house, model, beta, Exactness.EXACTNESS_UNSPECIFIED, 0);
  }

  StreamKind(House house, String model, double beta, Exactness exactness, int levels) {
    this.house = house;
    this.model = model;
    this.beta = beta;
    this.exactness = exactness;
    this.levels = levels;
  }

  /** Where it comes from. */
  public House house() {
    return house;
  }

  /** Its model. */
  public Model model() {
    return house.models().stream().filter(m -> m.id().equals(model)).findFirst().orElseThrow();
  }

  /** Numbers at a site. */
  public int components() {
    return house == House.GAUGE ? 2 : 1;
  }

  /** Levels of noise that it is asked for. */
  public int levels() {
    return levels;
  }

  /** Bytes of a configuration in float, at all levels that are asked for too. */
  public int bytes() {
    return (1 + levels) * components() * SITES * Float.BYTES;
  }

  /** A server of nothing but this model, with other limits, that counts what is made. */
  public TestServer server(UnaryOperator<FieldstreamConfig> change, Counted counted) {
    return TestServer.start(change, MachineLineup.only(new VectorMachine(1)), counted.model());
  }

  /** What it is asked for, without end. */
  public SubscribeRequest.Builder request() {
    SubscribeRequest.Builder request =
        SubscribeRequest.newBuilder().setModel(model).setSeed(-7).setExactness(exactness);
    Target.Builder target = Target.newBuilder().addExtents(4).addExtents(4);
    if (house == House.GAUGE) {
      request.addObservables("charge");
      target.setTheory("u1").putCouplings("beta", beta);
    } else {
      request.addObservables("m");
      target.setTheory("phi4").putCouplings("kappa", 0.21).putCouplings("lambda_h", 0.022);
    }
    if (levels > 0) {
      request.setDenoising(NoiseLevels.newBuilder().setCount(levels));
    }
    return request.setTarget(target);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
