using TinyNano.Surface;
using TinyNano.Surface.Lists;
if (args[0] == "list") { Console.Write(SurfaceReader.Header(args[1], args[2], args[3])); Console.Write(SurfaceReader.ReadTypes(args[1])); }
else { var s = ReferenceSurface.Load(args[1]); s.Save(args[2]); Console.WriteLine($"{s.Assemblies.Count} {s.Assemblies.Sum(a => a.List.Types.Count)} {s.Assemblies.Sum(a => a.List.MemberCount)}"); }
