"""The words by which a text says who somebody is, in the languages that desks write.

Each line names what its words say. They are written as the language writes them, and read without
its accents, too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_ENGLISH = """
victim: victim, vic, complainant, injured party, ip, aggrieved, deceased, missing person, misper
victim: survivor
witness: witness, eyewitness
suspect: suspect, subject, nominal, accused, offender, perpetrator, target, arrested, detained
driver: driver, rider, driven by
wheel: driving, at the wheel, behind the wheel
passenger: passenger
owner: owner, keeper, registered keeper, registered to, owned by
source: source, informant, informer, chis, asset, our ci, my ci, the ci, a ci
minor: minor, child, juvenile, boy, girl, schoolboy, schoolgirl, pupil, toddler, infant, baby
minor: newborn, teenager, underage
lawyer: lawyer, solicitor, barrister, attorney, counsel, legal representative, duty brief
staff: colleague, sgt, sergeant, pc, dc, ds, di, dci, inspector, constable, insp, det, detective
staff: supt, oic, sio, pcso, special agent, police officer, case officer
staff: arresting officer, investigating officer, liaison officer
kin: son, daughter, boy, girl, child, brother, sister, nephew, niece, cousin, wife, husband
kin: partner, girlfriend, boyfriend, friend, ex, neighbour, flatmate
parent: mother, father, mum, mom, mam, dad, mummy, daddy, stepmother, stepfather, guardian, carer
parent: grandmother, grandfather, nan, gran, grandad, foster mother, foster father, foster carer
the: the, our, my, a, an, his, her, their, a possible
of: of
according: according to
is: is, was, as
are: are, were, both
they: she, he, they, who
plural: s, es
called: named, called, identified as, name, id'd as, one
and: and, &
not: not, isn't, wasn't, no
years: years, year, yrs, yr
line: phone, telephone, tel, mobile, mob, cell, number, line, whatsapp, email, e-mail, mail, handle
line: contact, landline, snapchat, instagram, telegram
home: address, home, house, flat, addr, add, lives, living, residing, resides
known: key, main, only, protected, vulnerable, alleged, registered, hostile, reluctant, young, new
title: mr, mrs, ms, miss, mx, sir, dr, prof
may: may, might, could, must, may well, might well, could well, may also, might also, could also
being: be, have been
perhaps: possibly, perhaps, maybe, probably, presumably, apparently, likely, potentially
possible: possible, potential, probable, presumed, suspected, alleged, perhaps, maybe
one of: one of the, one of our
"""

_FRENCH = """
victim: victime, plaignant, plaignante, partie civile, disparu, disparue
witness: témoin
suspect: suspect, suspecte, mis en cause, mise en cause, prévenu, prévenue, mis en examen
suspect: interpellé, interpellée
driver: conducteur, conductrice, chauffeur
wheel: au volant
passenger: passager, passagère
owner: propriétaire, titulaire
source: source, informateur, informatrice, indicateur, indic
minor: mineur, mineure, enfant, garçon, fillette, bébé, écolier, écolière, collégien, collégienne
minor: lycéen, lycéenne
lawyer: avocat, avocate
staff: collègue, brigadier, gendarme, commissaire, inspecteur
kin: fils, fille, frère, soeur, sœur, ami, amie, mari, femme, voisin, voisine
parent: mère, père, maman, papa, tuteur, tutrice, grand-mère, grand-père, beau-père, belle-mère
the: le, la, un, une, notre, mon, ma, sa, son, ses, les
they: elle, il
plural: s
of: de, du, d'
according: selon, d'après
is: est, était
are: sont, étaient
and: et
not: pas
called: nommé, nommée, s'appelle, dénommé, dénommée, identifié comme, identifiée comme
years: ans, an
line: téléphone, portable, numéro, joignable, courriel
home: adresse, domicile, habite, demeurant, domicilié, domiciliée
known: principal, principale, clé, oculaire, protégé, protégée, jeune
title: mme, mlle, m, monsieur, madame, me, maître
harmed: a été, avait été
harm: violé, violée, poignardé, poignardée, agressé, agressée, tué, tuée, enlevé, enlevée, battu
harm: battue, blessé, blessée, frappé, frappée, assassiné, assassinée, menacé, menacée, volé, volée
may: peut, pourrait, pouvait, doit, devrait
being: être, avoir été, aussi être
perhaps: peut-être, probablement, sans doute, apparemment, éventuellement, serait, aurait été
possible: possible, possibles, probable, présumé, présumée, éventuel, éventuelle, peut-être
one of: l'un des, l'une des, un des, une des, un de nos, une de nos
"""

_GERMAN = """
victim: opfer, opfers, geschädigter, geschädigte, geschädigten, verletzter, verletzte, verletzten
victim: vermisste, vermisster, vermissten
witness: zeuge, zeugin, augenzeuge, augenzeugin
witness of several: zeugen, augenzeugen
suspect: verdächtiger, verdächtige, verdächtigen, tatverdächtiger, tatverdächtige, beschuldigter
suspect: beschuldigte, beschuldigten, täter, täterin, angeklagter, angeklagte, festgenommener
driver: fahrer, fahrerin
wheel: am steuer
passenger: beifahrer, beifahrerin, insasse, insassin, mitfahrer
owner: halter, halterin, eigentümer, eigentümerin, fahrzeughalter
source: quelle, informant, v-mann, v-person, vertrauensperson, informantin
minor: das kind, des kindes, kleinkind, säugling, schüler, schülerin, schulkind, mädchen, mädchens
minor: minderjährige, minderjähriger, minderjährigen, jugendlicher, jugendliche, jugendlichen
lawyer: anwalt, anwältin, rechtsanwalt, rechtsanwältin, verteidiger, verteidigerin, strafverteidiger
staff: kollege, kollegin, kommissar, kommissarin, hauptkommissar, hauptkommissarin, polizist
staff: polizistin
kin: sohn, tochter, bruder, schwester, freund, freundin, ehemann, ehefrau, nachbar, nachbarin
parent: mutter, vater, mama, papa, oma, opa, großmutter, großvater, vormund, pflegemutter
parent: stiefvater, stiefmutter, pflegevater
the: der, die, das, den, dem, des, ein, eine, einer, unser, unsere, unserer, mein, meine, sein
the: seine, seiner, ihr, ihre, ihrer, ihrem, seinem
of: von, vom, des, der
they: sie, er
plural: n, en, nen
verb: last
according: laut, gemäß
is: ist, war, heißt, hieß, lautet
are: sind, waren
and: und
not: nicht, kein, keine
called: namens, genannt
years: jahre, jahr
line: telefon, handy, handynummer, telefonnummer, nummer, mobil, mobilnummer, erreichbar, rufnummer
home: adresse, anschrift, wohnt, wohnhaft, wohnung
known: wichtiger, wichtige, geschützte, geschützter, junge, junger, verletzte
title: herr, herrn, frau
harmed: wurde, ist
harm: vergewaltigt, niedergestochen, überfallen, angegriffen, entführt, verletzt, ermordet, getötet
harm: bedroht, misshandelt, ausgeraubt, erstochen, missbraucht
may: könnte, kann, dürfte, mag, müsste, könnte auch, könnte vielleicht
may at last: sein könnte, sein kann, sein dürfte, sein mag, gewesen sein könnte
may at last: gewesen sein kann, gewesen sein dürfte
perhaps: vielleicht, wohl, möglicherweise, vermutlich, wahrscheinlich, eventuell, angeblich
possible: mögliche, möglicher, mögliches, möglichen, mutmaßliches, vermutliches
possible: mutmaßliche, mutmaßlicher, vermutliche, vermutlicher
possible: potenzielle, potenzieller, vielleicht
one of: einer der, eine der, einer unserer, eine unserer
"""

_SPANISH = """
victim: víctima, denunciante, perjudicado, perjudicada, desaparecido, desaparecida, agraviado
victim: agraviada
witness: testigo
suspect: sospechoso, sospechosa, investigado, investigada, acusado, acusada, detenido, detenida
driver: conductor, conductora
wheel: al volante
passenger: pasajero, pasajera, copiloto
owner: propietario, propietaria, titular
source: fuente, informante, confidente
minor: menor, niño, niña, bebé, colegial, colegiala
lawyer: abogado, abogada, letrado, letrada
staff: compañero, compañera, comisario, comisaria, subinspector, subinspectora
kin: hijo, hija, hermano, hermana, amigo, amiga, novio, novia, marido, mujer, vecino, vecina
parent: madre, padre, mamá, papá, abuela, abuelo, tutor, tutora, padrastro, madrastra
the: el, la, un, una, nuestro, nuestra, mi, su, al, del, los, las
plural: s, es
of: de, del
according: según
is: es, era, fue
are: son, eran, fueron
and: y, e
not: no, no es, no era, no fue
called: llamado, llamada, se llama, identificado como, identificada como
years: años, año
line: teléfono, móvil, número, celular, correo
home: dirección, domicilio, vive, domiciliado, domiciliada
known: principal, protegido, protegida, ocular, clave, joven
title: señor, señora, sr, sra, don, doña
harmed: fue, ha sido
harm: violado, violada, apuñalado, apuñalada, agredido, agredida, asesinado, asesinada, secuestrado
harm: secuestrada, robado, robada, atracado, atracada, golpeado, golpeada, herido, herida, amenazado
harm: amenazada
may: puede, podría, podía, pudo, pudiera, debe, debe de
being: ser, haber sido, que sea
perhaps: quizá, quizás, tal vez, posiblemente, probablemente, quizá sea, quizás sea, tal vez sea
perhaps: sería, habría sido
possible: posible, presunto, presunta, probable, supuesto, supuesta, quizás
one of: uno de los, una de las, uno de nuestros, una de nuestras
"""

_DUTCH = """
victim: slachtoffer, aangever, aangeefster, benadeelde, vermiste
witness: getuige, ooggetuige
suspect: verdachte, dader, aangehoudene, beklaagde
driver: bestuurder, bestuurster, chauffeur
wheel: achter het stuur
passenger: passagier, bijrijder, inzittende
owner: eigenaar, eigenares, kentekenhouder
source: bron, tipgever, informant
minor: het kind, minderjarige, jongen, meisje, peuter, kleuter, scholier, scholiere
lawyer: advocaat, advocate, raadsman, raadsvrouw
staff: collega, hoofdagent, rechercheur, wijkagent
kin: zoon, dochter, jongen, meisje, broer, zus, zusje, broertje, vriend, vriendin, man, vrouw
kin: buurman, buurvrouw
parent: moeder, vader, oma, opa, voogd, stiefvader, pleegmoeder, pleegvader
the: de, het, een, onze, ons, mijn, zijn, haar
they: zij, ze, hij
plural: s, n, en
verb: last
of: van
according: volgens
is: is, was, heet, heette
are: zijn, waren
and: en
not: niet, geen
called: genaamd, genoemd
years: jaar
line: telefoon, telefoonnummer, gsm, mobiel, mobieltje, nummer, 06-nummer, bereikbaar
home: adres, woont, verblijft, woonadres
known: belangrijke, beschermde, jonge
title: mevr, mevrouw, dhr, meneer
harmed: werd, is
harm: verkracht, neergestoken, aangevallen, beroofd, ontvoerd, mishandeld, vermoord, gedood
harm: bedreigd
harm: gewond
may: kan, kon, zou, zal, moet, kan ook, zou ook, zou misschien
may at last: zou kunnen zijn, kan zijn, zou zijn, geweest kan zijn, geweest zou kunnen zijn
perhaps: misschien, mogelijk, waarschijnlijk, vermoedelijk, wellicht
possible: mogelijk, mogelijke, vermoedelijk, vermoedelijke, vermeende, misschien
one of: een van de, één van de, een van onze
"""

_PORTUGUESE = """
victim: vítima, ofendido, ofendida, lesado, lesada, queixoso, queixosa, denunciante, desaparecido
victim: desaparecida
witness: testemunha
suspect: suspeito, suspeita, arguido, arguida, detido, detida, acusado, acusada, autor, alvo
driver: condutor, condutora, motorista
wheel: ao volante
passenger: passageiro, passageira, pendura
owner: dono, dona, proprietário, proprietária, titular
source: fonte, informador, informadora, informante
minor: menor, criança, menino, menina, rapariga, bebé, bebê, aluno, aluna, adolescente
lawyer: advogado, advogada, mandatário, mandatária, defensor, defensora, mandatário do arguido
staff: colega, inspetor, inspetora, inspector, agente da psp, comissário, guarda da gnr
kin: filho, filha, irmão, irmã, sobrinho, sobrinha, primo, prima, amigo, amiga, namorado, namorada
kin: marido, mulher, vizinho, vizinha
parent: mãe, pai, avó, avô, madrasta, padrasto, tutor, tutora
the: o, a, os, as, um, uma, nosso, nossa, meu, minha, seu, sua, ao, à
plural: s, es
of: de, do, da, dos, das
according: segundo, de acordo com
is: é, era, foi
are: são, eram, foram
and: e
not: não é, não era, não foi, não, nem
called: chamado, chamada, chama-se, de nome, identificado como, identificada como
years: anos, ano
line: telefone, telemóvel, número, contacto, contato, celular, tlm, telm, correio
home: morada, endereço, mora, residente, reside, vive
known: principal, protegida, ocular, chave, jovem
title: sr, sra, d, dona, dr, dra, senhor, senhora
harmed: foi, tinha sido
harm: violado, violada, esfaqueado, esfaqueada, agredido, agredida, assaltado, assaltada, raptado
harm: raptada, sequestrado, sequestrada, roubado, roubada, ferido, ferida, baleado, baleada, morto
harm: morta, assassinado, assassinada, ameaçado, ameaçada, burlado, burlada, abusado, abusada
denied: não é, não era, não foi, não está, não estava
none: sem rasto de, sem rasto do, sem registo de, nada sobre, nada de, não é o, não é a, não era o
none: não era a, não é, não era, não
heard: segundo a, segundo o, segundo consta, segundo fonte, alegadamente, supostamente, diz que
heard: dizem que, diz ser, disse que, consta que
heard: parece que, ao que parece, talvez, possivelmente, provavelmente, terá, teria, afirma
owns: é dono do, é dono da, é dono de, é dona do, é dona da, é proprietário do, é proprietário da
owns: possui, tem o, tem a, comprou
owned by: pertence a, pertence ao, registado em nome de, em nome de, é do, é da, propriedade de
drives: conduz, conduzia, ao volante do, ao volante da, guia
uses: usa, utiliza, contactável pelo, contactável no, telemóvel, telefone
used by: usado por, utilizado por
paid: pagou, paga, transferiu, enviou
works for: trabalha para, trabalha na, trabalha no, gerente da, gerente do, sócio da
lives at: mora na, mora no, mora em, mora, vive na, vive no, vive em, reside na, reside no
lives at: reside em
lives at: residente na, residente em, com morada na, com morada em
alias: conhecido por, conhecida por, também conhecido por, vulgo, alcunhado
met: encontrou-se com, reuniu com, reuniu-se com, esteve com, encontrou
rang: ligou a, ligou ao, ligou para, telefonou a, telefonou ao, contactou
related: casado com, casada com
relative of: irmão de, irmão do, irmão da, irmã de, irmã do, irmã da, pai de, mãe de, filho de
relative of: filha de, mulher de, marido de, primo de, prima de
born: nascido a, nascida a, nascido em, nascida em, data de nascimento, nasc
may: pode, poderá, poderia, podia, deve, deverá
being: ser, ter sido
perhaps: talvez, talvez seja, possivelmente, provavelmente, alegadamente, se calhar é
perhaps: será, seria, terá sido, teria sido
possible: possível, provável, presumível, alegado, alegada, suposto, suposta, talvez
one of: um dos, uma das, um dos nossos, uma das nossas
"""

_ITALIAN = """
victim: vittima, persona offesa, parte lesa, querelante, scomparso, scomparsa, danneggiato
victim: danneggiata
victim of several: vittime, persone offese
witness: testimone, il teste, la teste
witness of several: testimoni
suspect: indagato, indagata, sospettato, sospettata, sospetto, imputato, imputata, arrestato
suspect: arrestata, fermato
wheel: al volante, alla guida
suspect of several: indagati, sospettati, arrestati
driver: conducente, guidatore, autista
passenger: passeggero, passeggera
owner: proprietario, proprietaria, intestatario, intestataria, titolare
source: fonte, informatore, informatrice, confidente
source of several: fonti, informatori
minor: minore, minorenne, bambino, bambina, ragazzino, ragazzina, neonato, neonata, alunno, alunna
minor of several: minori, minorenni, bambini
lawyer: avvocato, avvocata, avvocatessa, legale, difensore
staff: collega, maresciallo, ispettore, ispettrice, brigadiere, appuntato, commissario
kin: figlio, figlia, fratello, sorella, nipote, cugino, cugina, amico, amica, marito, moglie
kin: fidanzato, fidanzata, vicino, vicina
parent: madre, padre, mamma, papà, nonna, nonno, tutore, tutrice, patrigno, matrigna
the: il, lo, la, i, gli, le, un, uno, una, nostro, nostra, mio, mia, suo, sua, al, alla
of: di, del, della, dello, dei
according: secondo
is: è, era
are: sono, erano
and: e, ed
not: non è, non era, non
called: di nome, si chiama, chiamato, chiamata, identificato come, identificata come
years: anni, anno
line: telefono, cellulare, cell, numero, utenza, contatto
home: indirizzo, domicilio, abita, residente, vive, domiciliato, domiciliata
known: oculare, principale, protetto, protetta, chiave, giovane
title: sig, sig.ra, signor, signora, dott, dott.ssa, avv
harmed: è stato, è stata, era stato, era stata, fu
harm: violentato, violentata, stuprata, accoltellato, accoltellata, aggredito, aggredita, picchiato
harm: picchiata, rapito, rapita, rapinato, rapinata, ferito, ferita, ucciso, uccisa, minacciato
harm: minacciata, truffato, truffata, derubato, derubata, sequestrato, sequestrata
denied: non è, non era
none: nessuna traccia di, nessuna traccia del, nessun riscontro su, niente su, nulla su, non è
none: non era, non
heard: secondo la, secondo il, secondo fonti, secondo una fonte, presumibilmente, dice che
heard: dice di essere, dicono che, avrebbe, sarebbe
heard: a quanto pare
heard: pare che, sembra che, forse, probabilmente, riferisce che, afferma, si dice che
owns: possiede, è proprietario di, è proprietario del, è proprietario della, è intestatario di
owned by: appartiene a, intestata a, intestato a, di proprietà di, a nome di
drives: guida, guidava, alla guida di, alla guida del, alla guida della, al volante di
uses: usa, utilizza, raggiungibile al, cellulare, telefono, utenza
used by: usato da, usata da, in uso a, utilizzato da
paid: ha pagato, pagò, ha versato, ha inviato, ha trasferito, paga
works for: lavora per, lavora alla, lavora presso, amministratore di, amministratore della
lives at: abita in, abita a, abita, residente in, residente a, domiciliato in, vive in, vive a
alias: conosciuto come, conosciuta come, soprannominato
met: ha incontrato, incontra, si è incontrato con, insieme a
rang: ha chiamato, chiamò, ha telefonato a, ha contattato
related: sposato con, sposata con
relative of: fratello di, sorella di, padre di, madre di, figlio di, figlia di, moglie di, marito di
relative of: cugino di, cugina di
born: nato il, nata il, nato a, nata a, data di nascita
may: potrebbe, può, poteva, dovrebbe, deve, potrebbe anche
being: essere, essere stato, essere stata
perhaps: forse, probabilmente, possibilmente, presumibilmente, sarebbe, sarebbe stato
perhaps: sarebbe stata
possible: possibile, probabile, presunto, presunta, eventuale, forse
one of: uno dei, una delle, uno dei nostri, una delle nostre
"""

_POLISH = """
victim: ofiara, ofiary, ofiarą, ofiarę, pokrzywdzony, pokrzywdzona, pokrzywdzonego, pokrzywdzonej
victim: poszkodowany, poszkodowana, poszkodowanego, poszkodowanej, zaginiony, zaginiona
victim of several: pokrzywdzeni, poszkodowani
witness: świadek, świadka, świadkiem, świadkowi
witness of several: świadkowie, świadków
suspect: podejrzany, podejrzana, podejrzanego, podejrzanej, oskarżony, oskarżona, sprawca
suspect: zatrzymany, zatrzymana, figurant
suspect of several: podejrzani, zatrzymani
driver: kierowca, kierowcą, kierujący, kierująca
wheel: za kierownicą
passenger: pasażer, pasażerka
owner: właściciel, właścicielka, właścicielem, właściciel pojazdu, posiadacz
source: informator, informatorka, informatora, źródło, osobowe źródło
minor: dziecko, dziecka, małoletni, małoletnia, małoletniej, małoletniego, nieletni, nieletnia
minor: nieletniej, nieletniego, niepełnoletni, niepełnoletnia, chłopiec, dziewczynka, niemowlę
minor: nastolatek, nastolatka, uczeń, uczennica
minor of several: dzieci, małoletni
lawyer: adwokat, mecenas, pełnomocnik, obrońca, radca prawny
staff: kolega, komisarz, aspirant, funkcjonariusz, funkcjonariuszka, podkomisarz, nadkomisarz
staff: sierżant, policjant, policjantka
kin: syn, córka, brat, siostra, kuzyn, kuzynka, mąż, żona, przyjaciel, sąsiad, chłopak, dziewczyna
parent: matka, matki, matką, ojciec, ojca, ojcem, mama, tata, babcia, dziadek, opiekun, opiekunka
the: nasz, nasza, nasze, naszego, jego, jej, mój, moja, ten, ta, swoją, swoim
according: według
is: jest, był, była, to, jest nim
are: są, byli, to
and: i, oraz
not: nie jest, nie był, nie była, nie, to nie
called: o imieniu, nazywa się, nazwiskiem
years: lat, lata, rok
line: telefon, telefonu, numer, nr, komórka, kom, kontakt
home: adres, mieszka, zamieszkały, zamieszkała, zam
known: główny, naoczny, kluczowy, incognito, młody
title: pan, pani, dr, mec
harmed: został, została
harm: zgwałcony, zgwałcona, dźgnięty, dźgnięta, pobity, pobita, okradziony, okradziona, porwany
harm: porwana, zabity, zabita, zamordowany, zamordowana, ranny, ranna, napadnięty, napadnięta
harm: zaatakowany, zaatakowana, oszukany, oszukana
denied: nie jest, nie był, nie była
none: brak śladu, brak śladów, brak trafień na, nic na, to nie, nie jest to, nie był to, nie
heard: podobno, rzekomo, według, twierdzi, twierdzi że, mówi że, ponoć, prawdopodobnie, możliwe że
heard: być może
owns: jest właścicielem, posiada, kupił, kupiła
owned by: należy do, własność, zarejestrowany na, zarejestrowana na
drives: jeździ, prowadzi, prowadził, kieruje, kierował, za kierownicą
uses: używa, korzysta z, telefon, nr, numer
used by: używany przez, używana przez
paid: zapłacił, zapłaciła, przelał, przelała, wysłał, wysłała
works for: pracuje w, pracuje dla, prezes
lives at: mieszka przy, mieszka na, mieszka w, mieszka, zamieszkały przy, zamieszkały, zamieszkała
lives at: zam
alias: zwany, zwana, pseudonim, znany jako, znana jako
met: spotkał się z, spotkała się z, spotkał, razem z
rang: zadzwonił do, zadzwoniła do, dzwonił do, dzwoniła do
related: żonaty z, zamężna z
relative of: brat, siostra, ojciec, matka, syn, córka, żona, mąż, kuzyn
born: urodzony, urodzona, ur, data urodzenia
may: może, mógł, mogła, mógłby, mogłaby, musi, powinien, powinna
being: być
perhaps: być może, chyba, prawdopodobnie, możliwe że, podobno, zapewne
possible: możliwy, możliwa, prawdopodobny, prawdopodobna, domniemany, domniemana, rzekomy, rzekoma
"""

_ROMANIAN = """
victim: victima, victimă, victimei, partea vătămată, persoana vătămată, reclamanta, reclamantul
victim: dispărut, dispărută
victim of several: victimele
witness: martor, martorul, martora, martorului
witness of several: martori, martorii
suspect: suspect, suspectul, suspecta, inculpatul, inculpat, inculpata, învinuit, învinuitul
driver: șofer, șoferul, conducătorul
wheel: la volan
passenger: pasager, pasagerul, pasagera
owner: proprietar, proprietarul, proprietara, titularul
source: sursa, sursă, sursei, informator, informatorul
minor: minora, minorul, minoră, copil, copilul, copilului, fetița, băiatul, băiețelul, eleva, elevul
lawyer: avocat, avocatul, avocata, apărătorul
staff: colegul, colega, comisarul, agentul
kin: fiul, fiica, fratele, sora, soțul, soția, vărul, prietenul
parent: mama, tatăl, tata, bunica, bunicul, tutorele
the: nostru, noastră, lui, ei, un, o, cu, sa, său
according: potrivit, conform
is: este, era, e, a fost
are: sunt, erau
and: și
not: nu este, nu e, nu era, nu
called: numit, numită, pe nume
years: ani, an
line: telefonul, telefon, numărul, număr, mobil
home: adresa, locuiește, domiciliat, domiciliată
known: nostru, noastră, principal, protejat
title: dl, dna, domnul, doamna, av
harmed: a fost
harm: violată, violat, înjunghiat, înjunghiată, agresat, agresată, jefuit, jefuită, răpit, răpită
harm: ucis, ucisă, rănit, rănită, amenințat, amenințată, bătut, bătută
denied: nu este, nu e, nu era
none: nu este, nu e
heard: potrivit, se pare că, probabil, ar fi, spune că, pretinde
may: ar putea, poate, putea, trebuie, ar trebui
being: fi, să fie, fi fost, să fi fost
perhaps: poate, probabil, posibil, ar fi, se pare că este
possible: posibil, posibilul, posibila, posibilă, presupus, presupusul, presupusa, presupusă
"""

_CZECH = """
victim: oběť, oběti, poškozený, poškozená, poškozeného, poškozené, pohřešovaný, pohřešovaná
witness: svědek, svědka, svědkyně, svědkem
witness of several: svědci
suspect: podezřelý, podezřelá, podezřelého, obviněný, obviněná, pachatel, obžalovaný, zadržený
driver: řidič, řidička
wheel: za volantem
passenger: spolujezdec, spolujezdkyně, pasažér
owner: majitel, majitelka, vlastník, držitel
source: informátor, informátorka, zdroj
minor: dítě, dítěte, nezletilý, nezletilá, nezletilého, nezletilé, mladistvý, mladistvá, chlapec
minor: dívka
minor: holčička, kojenec, žák, žákyně
lawyer: advokát, advokátka, obhájce, právník
staff: kolega, kolegyně, komisař, policista, policistka, inspektor, inspektorka
kin: syn, dcera, bratr, sestra, manžel, manželka, přítel, přítelkyně, soused
parent: matka, matky, matkou, otec, otcem, máma, táta, babička, dědeček, opatrovník
the: náš, naše, její, jeho, ten, ta, s
according: podle
is: je, byl, byla
are: jsou, byli
and: a, i
not: není, nebyl, nebyla, ne
called: jménem, jmenuje se
years: let, roků
line: telefon, telefonu, číslo, mobil
home: adresa, bydlí, bytem
known: hlavní, klíčový, utajený, mladý
title: pan, paní, pí, mgr, judr
denied: není, nebyl, nebyla
none: není to, nebyl to, není, ne
heard: údajně, prý, podle, tvrdí, možná, pravděpodobně
may: může, mohl by, mohla by, by mohl, by mohla, mohl, mohla, musí
being: být
perhaps: možná, snad, asi, pravděpodobně, prý, zřejmě
possible: možný, možná, pravděpodobný, pravděpodobná, údajný, údajná
"""

_SWEDISH = """
victim: offret, brottsoffer, brottsoffret, målsägande, målsäganden, försvunna, försvunnen
witness: vittne, vittnet, ögonvittne, ögonvittnet
witness of several: vittnen, vittnena
suspect: misstänkt, misstänkte, misstänkta, gärningsman, gärningsmannen, tilltalad, tilltalade
driver: förare, föraren
wheel: bakom ratten
passenger: passagerare, passageraren
owner: ägare, ägaren
source: källa, källan, uppgiftslämnare, uppgiftslämnaren, informatör
minor: pojke, pojken, flicka, flickan, minderårig, minderåriga, spädbarn, tonåring, tonåringen
lawyer: advokat, advokaten, försvarare, försvararen, målsägandebiträde
staff: kollega, kollegan, kommissarie, kriminalinspektör
kin: son, dotter, bror, syster, make, maka, vän, granne, pojkvän, flickvän
parent: mamma, pappa, mor, mormor, farmor, morfar, farfar, vårdnadshavare, styvfar
the: vår, vårt, min, hans, hennes, deras, en, ett, den, det
according: enligt
is: är, var, heter
are: är, var
and: och
not: inte, ej
called: vid namn, kallad
years: år
line: telefon, telefonnummer, mobil, mobilnummer, nummer
home: adress, bor, bosatt
known: viktigt, viktig, skyddat, unga
harmed: blev, har blivit
harm: våldtagen, knivskuren, misshandlad, rånad, kidnappad, mördad, dödad, skadad, hotad
denied: är inte, var inte
none: inte, inget om, inga spår av
heard: enligt, påstås, påstår, uppges, förmodligen, möjligen, kanske
may: kan, kunde, skulle kunna, torde, måste, kan också
being: vara, ha varit
perhaps: kanske, möjligen, troligen, förmodligen, antagligen
possible: möjlig, möjligt, möjliga, trolig, troligt, påstådd, påstått, eventuell, eventuellt
"""

_TURKISH = """
victim: mağdur, mağdure, mağdurun, kurban, kurbanın, müşteki, müştekinin, şikayetçi
witness: tanık, tanığın, şahit, görgü tanığı
witness of several: tanıklar, şahitler
suspect: şüpheli, şüphelinin, zanlı, sanık
driver: sürücü, şoför
wheel: direksiyonda
passenger: yolcu
owner: sahibi, malik, araç sahibi, ruhsat sahibi
source: muhbir, kaynak, ihbarcı, muhbirimiz, kaynağımız
minor: çocuk, çocuğun, reşit olmayan, kız çocuğu, erkek çocuğu, bebek, öğrenci
lawyer: avukat, avukatı, vekili, müdafi
staff: meslektaşım, komiser, başkomiser, memur
kin: oğlu, kızı, kardeşi, abisi, ablası, eşi, arkadaşı, komşusu
parent: annesi, babası, anneannesi, babaannesi, dedesi, velisi
the: bir, bizim, onun, bu
and: ve, ile
not: değil
called: adlı, isimli
years: yaşında, yaşındaki, yaş
line: telefonu, telefon, cep, numarası, numara, gsm
home: adresi, adres, ikamet
known: gizli, kilit, küçük
title: bay, bayan
denied: değil
heard: iddiaya göre, söylentiye göre, muhtemelen, belki, sözde
may at last: olabilir, olabilirdi, olmuş olabilir, olmalı
perhaps: belki, muhtemelen, galiba, sanırım
possible: olası, muhtemel, sözde
"""

_RUSSIAN = """
victim: потерпевший, потерпевшая, потерпевшего, потерпевшей, жертва, жертвы, жертву, пострадавший
victim: пострадавшая, пострадавшего, пострадавшей, заявитель, заявительница, пропавший, пропавшая
victim: потерпевшим, пострадавшим, жертвой
victim of several: потерпевшие, пострадавшие
witness: свидетель, свидетеля, свидетельница, свидетельницы, очевидец, очевидца, свидетелем
witness: свидетельницей, очевидцем
witness of several: свидетели, очевидцы
suspect: подозреваемый, подозреваемая, подозреваемого, обвиняемый, обвиняемая, задержанный
suspect: задержанная, фигурант
driver: водитель, водителя
wheel: за рулём, за рулем
passenger: пассажир, пассажирка
owner: владелец, владелица, собственник, хозяин
source: источник, источника, информатор, информатора
minor: ребёнок, ребенок, ребенка, ребёнка, несовершеннолетний, несовершеннолетняя, мальчик, девочка
minor: несовершеннолетнего, несовершеннолетней, малолетний, малолетняя, подросток, младенец
minor: школьник
minor: школьница
lawyer: адвокат, адвоката, защитник, юрист
staff: коллега, следователь, оперуполномоченный, майор, капитан, лейтенант
kin: сын, дочь, брат, сестра, муж, жена, друг, сосед, соседка
parent: мать, мама, отец, папа, бабушка, дедушка, опекун, отчим, мачеха
the: наш, наша, наше, нашего, нашей, мой, моя, его, её, ее, их
according: по словам, согласно
is: это, был, была, является
are: это, были
and: и
not: не, это не
called: по имени
years: лет, года, год
line: телефон, тел, номер, моб, мобильный
home: адрес, живёт, живет, проживает, прописан
known: главный, ключевой, тайный, важный
title: г, гр, г-н, г-жа
denied: не был, не была, не он, не она
none: не, нет следов, ничего о, это не
heard: якобы, по словам, говорят, утверждает, возможно, вероятно, по слухам
may: может, мог, могла, мог бы, могла бы, должен, должна
being: быть, являться, оказаться
perhaps: возможно, вероятно, наверное, видимо, похоже, предположительно, может быть
possible: возможный, возможная, вероятный, вероятная, предполагаемый, предполагаемая
"""

_ARABIC = """
victim: الضحية, ضحية, المجني عليه, المجني عليها, المفقود, المفقودة, المشتكي, المشتكية
witness: الشاهد, الشاهدة, شاهد, شاهدة, شاهدا, شاهدًا
witness of several: الشهود
suspect: المشتبه به, المشتبه بها, المتهم, المتهمة, مشتبه به
driver: السائق, سائق
passenger: الراكب, راكب
owner: المالك, مالك, صاحب
source: المصدر, مصدر, مصدرنا, المخبر, مخبر
minor: الطفل, الطفلة, طفل, طفلة, القاصر, قاصر, الرضيع
lawyer: المحامي, المحامية, محامي, محام
staff: الضابط, المحقق, زميلي, زميلنا
parent: والدته, والدتها, والده, والدها, أمه, أمها, أبوه, أبوها
is: هو, هي, كان, كانت
not: ليس, ليست
line: هاتف, رقم, جوال, موبايل, رقم هاتف
home: عنوان, يسكن, تسكن
heard: يقال, يزعم, حسب, ربما
denied: ليس
none: ليس, ليست
may: قد, ربما, يمكن أن, من الممكن أن, يحتمل أن
being: يكون, تكون
perhaps: ربما, لعله, لعلها
"""


class Tongue:
    """What is said in one language, by what it says."""

    def __init__(self, lines: str) -> None:
        self._said: dict[str, list[str]] = {}
        for line in lines.strip().splitlines():
            says, _, listed = line.partition(": ")
            self._said.setdefault(says, []).extend(listed.split(", "))

    def words(self, *says: str) -> tuple[str, ...]:
        """All its words for these, in small letters: as they are written, and without accents."""
        said = (word for each in says for word in self._said.get(each, ()))
        return tuple(dict.fromkeys(spelt for word in said for spelt in _spellings(word)))

    def one_of(self, *says: str) -> str:
        """A pattern for any of these words; for none, where the language has none."""
        return one_of(self.words(*says))


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first; for none, where there are none."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"


def words(*says: str) -> tuple[str, ...]:
    """As `Tongue.words`, in all languages."""
    return tuple(dict.fromkeys(word for tongue in TONGUES for word in tongue.words(*says)))


def _spellings(word: str) -> Iterator[str]:
    yield word
    if word.isascii() or len(word) < _SHORTEST or any(char >= _OTHER_SCRIPTS for char in word):
        return
    letters = unicodedata.normalize("NFD", word.translate(_STROKES))
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    if plain not in _OTHER_WORDS:
        yield plain


_SHORTEST = 3  # "è" is no "e"
_OTHER_SCRIPTS = "\u0370"  # begin behind the letters that are like ours
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "œ": "oe"})
_OTHER_WORDS = frozenset({"nina", "nino", "van"})
"""What is another word, or a name, without its accents."""

TONGUES = tuple(
    map(
        Tongue,
        (
            _ENGLISH, _FRENCH, _GERMAN, _SPANISH, _DUTCH, _PORTUGUESE, _ITALIAN, _POLISH,
            _ROMANIAN, _CZECH, _SWEDISH, _TURKISH, _RUSSIAN, _ARABIC,
        ),
    )
)  # fmt: skip
