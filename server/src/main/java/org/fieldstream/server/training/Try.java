package org.fieldstream.server.training;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.*;
import org.fieldstream.server.generator.flow.*;
import org.fieldstream.server.theory.Phi4;
public final class Try {
  public static void main(String[] a) {
    int L=Integer.parseInt(a[0]); double lam=Double.parseDouble(a[1]); int blocks=Integer.parseInt(a[2]), layers=Integer.parseInt(a[3]), nf=Integer.parseInt(a[4]), B=Integer.parseInt(a[5]), steps=Integer.parseInt(a[6]); double lr=Double.parseDouble(a[7]); int threads=Integer.parseInt(a[8]);
    Lattice lat=Lattice.of(L,L); Phi4 phi=Phi4.massForm(lat,-4,lam); Machine m=new VectorMachine(threads);
    SplitFlow f=new SplitFlow(lat,new SplitShape(blocks,layers,nf)); double[] th=f.initial(1);
    FlowSampler tr=new FlowSampler(f,phi::action,0,true,m,B); FlowSampler ev=new FlowSampler(f,phi::action,0,false,m,1024);
    System.out.println("params "+th.length+" ops "+tr.program().ops().size()+" arena "+tr.program().plan().size()+" fwd "+ev.program().plan().size());
    ReverseKl kl=new ReverseKl(f,tr,th.length); Adam adam=new Adam(th.length); long t0=System.nanoTime(); double trainNs=0; int proj=0;
    for(int it=0;it<=steps;it++){
      if(it%Math.max(1,steps/12)==0){ ev.parameters(th); double mx=-1e300; double[] w=new double[16384]; long e0=System.nanoTime(); for(int k=0;k<16;k++){ev.run(99,k*1024L); for(int i=0;i<1024;i++){w[k*1024+i]=-ev.action(i)-ev.logDensity(i); mx=Math.max(mx,w[k*1024+i]);}} double e=(System.nanoTime()-e0)/1e9; double s=0,s2=0; for(double x:w){double y=Math.exp(x-mx);s+=y;s2+=y*y;} System.out.printf("%d ESS %.4f  %.0f cfg/s   train %.0f cfg/s  t=%.1f proj %d%n",it,s*s/s2/w.length,16384/e, it*(double)B/(trainNs/1e9),(System.nanoTime()-t0)/1e9,proj);}
      long s0=System.nanoTime(); var r=kl.evaluate(th,7,(long)it*B,20); adam.step(th,kl.gradient(),lr*(0.5+0.5*Math.cos(Math.PI*it/(steps+1)))); if(f.project(th))proj++; trainNs+=System.nanoTime()-s0;
      if(it%Math.max(1,steps/12)==0) System.out.printf("   loss %.4f spread %.3f norm %.2f%n",r.loss(),r.spread(),r.norm());
    }
  }
}
