"""Item types, their fields and creators, by Zotero's schema. From make_schema.py.

``title<nameOfAct`` is written ``nameOfAct<title``: the type's own name of a base field.
"""

# fmt: off
VERSION = 41
FIELDS: dict[str, str] = {'annotation': '',
 'artwork': 'title abstractNote artworkMedium<medium artworkSize date eventPlace DOI citationKey '
            'url accessDate archive archiveLocation shortTitle language libraryCatalog '
            'callNumber rights extra',
 'attachment': 'title accessDate url',
 'audioRecording': 'title abstractNote audioRecordingFormat<medium seriesTitle volume '
                   'numberOfVolumes label<publisher place date runningTime ISBN DOI citationKey '
                   'url accessDate archive archiveLocation shortTitle language libraryCatalog '
                   'callNumber rights extra',
 'bill': 'title abstractNote billNumber<number code codeVolume<volume section codePages<pages '
         'legislativeBody<authority session history date DOI citationKey url accessDate '
         'shortTitle language rights extra',
 'blogPost': 'title abstractNote blogTitle<publicationTitle websiteType<type date DOI '
             'citationKey url accessDate ISSN shortTitle language rights extra',
 'book': 'title abstractNote series seriesNumber volume numberOfVolumes edition date publisher '
         'place originalDate originalPublisher originalPlace format<medium numPages ISBN DOI '
         'citationKey url accessDate ISSN archive archiveLocation shortTitle language '
         'libraryCatalog callNumber rights extra',
 'bookSection': 'title abstractNote bookTitle<publicationTitle series seriesNumber volume '
                'numberOfVolumes edition date publisher place originalDate originalPublisher '
                'originalPlace format<medium pages ISBN DOI citationKey url accessDate ISSN '
                'archive archiveLocation shortTitle language libraryCatalog callNumber rights '
                'extra',
 'case': 'caseName<title abstractNote court<authority dateDecided<date docketNumber<number '
         'reporter reporterVolume<volume firstPage<pages history DOI citationKey url accessDate '
         'shortTitle language rights extra',
 'computerProgram': 'title abstractNote seriesTitle versionNumber date system company<publisher '
                    'place programmingLanguage rights citationKey url accessDate DOI ISBN '
                    'archive archiveLocation libraryCatalog callNumber shortTitle extra',
 'conferencePaper': 'title abstractNote proceedingsTitle<publicationTitle conferenceName '
                    'publisher place date eventPlace volume issue numberOfVolumes pages series '
                    'seriesNumber DOI ISBN citationKey url accessDate ISSN archive '
                    'archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'dataset': 'title abstractNote identifier<number type versionNumber date repository<publisher '
            'repositoryLocation<place format<medium DOI citationKey url accessDate archive '
            'archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'dictionaryEntry': 'title abstractNote dictionaryTitle<publicationTitle series seriesNumber '
                    'volume numberOfVolumes edition date publisher place pages ISBN DOI '
                    'citationKey url accessDate archive archiveLocation shortTitle language '
                    'libraryCatalog callNumber rights extra',
 'document': 'title abstractNote type date publisher place DOI citationKey url accessDate '
             'archive archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'email': 'subject<title abstractNote date DOI citationKey url accessDate shortTitle language '
          'rights extra',
 'encyclopediaArticle': 'title abstractNote encyclopediaTitle<publicationTitle series '
                        'seriesNumber volume numberOfVolumes edition date publisher place pages '
                        'ISBN DOI citationKey url accessDate archive archiveLocation shortTitle '
                        'language libraryCatalog callNumber rights extra',
 'film': 'title abstractNote distributor<publisher place date genre<type '
         'videoRecordingFormat<medium runningTime DOI citationKey url accessDate archive '
         'archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'forumPost': 'title abstractNote forumTitle<publicationTitle postType<type date DOI citationKey '
              'url accessDate shortTitle language rights extra',
 'hearing': 'title abstractNote committee publisher numberOfVolumes documentNumber<number pages '
            'legislativeBody<authority session history date place DOI citationKey url accessDate '
            'shortTitle language rights extra',
 'instantMessage': 'title abstractNote date DOI citationKey url accessDate shortTitle language '
                   'rights extra',
 'interview': 'title abstractNote interviewMedium<medium date publisher place DOI citationKey '
              'url accessDate archive archiveLocation shortTitle language libraryCatalog '
              'callNumber rights extra',
 'journalArticle': 'title abstractNote publicationTitle publisher place date volume issue '
                   'section partNumber partTitle pages series seriesTitle seriesText '
                   'journalAbbreviation DOI citationKey url accessDate PMID PMCID ISSN archive '
                   'archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'letter': 'title abstractNote letterType<type date eventPlace DOI citationKey url accessDate '
           'archive archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'magazineArticle': 'title abstractNote publicationTitle publisher place date volume issue pages '
                    'ISSN DOI citationKey url accessDate archive archiveLocation shortTitle '
                    'language libraryCatalog callNumber rights extra',
 'manuscript': 'title abstractNote manuscriptType<type institution<publisher place date numPages '
               'number DOI citationKey url accessDate archive archiveLocation shortTitle '
               'language libraryCatalog callNumber rights extra',
 'map': 'title abstractNote mapType<type scale seriesTitle edition publisher place date DOI ISBN '
        'citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog '
        'callNumber rights extra',
 'newspaperArticle': 'title abstractNote publicationTitle publisher place date volume issue '
                     'edition section pages ISSN DOI citationKey url accessDate archive '
                     'archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'note': '',
 'patent': 'title abstractNote place country assignee issuingAuthority<authority '
           'patentNumber<number filingDate pages applicationNumber priorityNumbers '
           'issueDate<date priorityDate<originalDate references legalStatus<status DOI '
           'citationKey url accessDate shortTitle language rights extra',
 'podcast': 'title abstractNote seriesTitle episodeNumber<number audioFileType<medium date '
            'publisher place runningTime DOI citationKey url accessDate shortTitle language '
            'rights extra',
 'preprint': 'title abstractNote genre<type repository<publisher archiveID<number place date '
             'series seriesNumber DOI citationKey url accessDate archive archiveLocation '
             'shortTitle language libraryCatalog callNumber rights extra',
 'presentation': 'title abstractNote presentationType<type date meetingName place series '
                 'sessionTitle<publicationTitle DOI citationKey url accessDate shortTitle '
                 'language rights extra',
 'radioBroadcast': 'title abstractNote programTitle<publicationTitle episodeNumber<number '
                   'audioRecordingFormat<medium network<publisher place date runningTime DOI '
                   'citationKey url accessDate archive archiveLocation shortTitle language '
                   'libraryCatalog callNumber rights extra',
 'report': 'title abstractNote reportNumber<number reportType<type institution<publisher place '
           'date seriesTitle seriesNumber pages DOI ISBN citationKey url accessDate ISSN archive '
           'archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'standard': 'title abstractNote organization<authority committee type number versionNumber '
             'edition status date publisher place partNumber partTitle ISBN DOI citationKey url '
             'accessDate archive archiveLocation shortTitle numPages language libraryCatalog '
             'callNumber rights extra',
 'statute': 'nameOfAct<title abstractNote code codeNumber publicLawNumber<number '
            'dateEnacted<date pages section session history DOI citationKey url accessDate '
            'shortTitle language rights extra',
 'thesis': 'title abstractNote thesisType<type university<publisher place date series '
           'seriesNumber numPages DOI ISBN citationKey url accessDate ISSN archive '
           'archiveLocation shortTitle language libraryCatalog callNumber rights extra',
 'tvBroadcast': 'title abstractNote programTitle<publicationTitle episodeNumber<number '
                'videoRecordingFormat<medium network<publisher place date runningTime DOI '
                'citationKey url accessDate archive archiveLocation shortTitle language '
                'libraryCatalog callNumber rights extra',
 'videoRecording': 'title abstractNote videoRecordingFormat<medium seriesTitle volume '
                   'numberOfVolumes studio<publisher place date runningTime ISBN DOI citationKey '
                   'url accessDate archive archiveLocation shortTitle language libraryCatalog '
                   'callNumber rights extra',
 'webpage': 'title abstractNote websiteTitle<publicationTitle websiteType<type date publisher '
            'place DOI citationKey url accessDate shortTitle language rights extra'}
CREATORS: dict[str, str] = {'annotation': '',
 'artwork': 'artist contributor',
 'attachment': '',
 'audioRecording': 'performer originalCreator composer wordsBy translator contributor',
 'bill': 'sponsor cosponsor contributor',
 'blogPost': 'author translator commenter contributor',
 'book': 'author contributor editor translator seriesEditor',
 'bookSection': 'author contributor editor bookAuthor translator seriesEditor',
 'case': 'author counsel contributor',
 'computerProgram': 'programmer contributor',
 'conferencePaper': 'author contributor editor translator seriesEditor',
 'dataset': 'author contributor',
 'dictionaryEntry': 'author contributor editor translator seriesEditor',
 'document': 'author contributor editor translator reviewedAuthor',
 'email': 'author translator contributor recipient',
 'encyclopediaArticle': 'author contributor editor translator seriesEditor',
 'film': 'director producer scriptwriter castMember host guest narrator translator contributor',
 'forumPost': 'author contributor',
 'hearing': 'contributor',
 'instantMessage': 'author contributor recipient',
 'interview': 'interviewee contributor interviewer translator',
 'journalArticle': 'author contributor editor translator reviewedAuthor',
 'letter': 'author recipient contributor translator',
 'magazineArticle': 'author contributor translator reviewedAuthor',
 'manuscript': 'author contributor translator',
 'map': 'cartographer contributor seriesEditor',
 'newspaperArticle': 'author contributor translator reviewedAuthor',
 'note': '',
 'patent': 'inventor attorneyAgent contributor',
 'podcast': 'podcaster guest producer executiveProducer seriesCreator director scriptwriter '
            'castMember translator contributor',
 'preprint': 'author contributor editor translator reviewedAuthor',
 'presentation': 'presenter chair organizer contributor translator',
 'radioBroadcast': 'creator host guest producer executiveProducer seriesCreator director '
                   'scriptwriter castMember translator contributor',
 'report': 'author editor contributor translator seriesEditor',
 'standard': 'author editor contributor',
 'statute': 'author contributor',
 'thesis': 'author contributor',
 'tvBroadcast': 'director producer executiveProducer seriesCreator scriptwriter castMember host '
                'guest narrator translator contributor',
 'videoRecording': 'creator director producer scriptwriter executiveProducer castMember host '
                   'guest narrator translator contributor',
 'webpage': 'author contributor translator'}
CSL: dict[str, str] = {'artwork': 'graphic',
 'attachment': 'document',
 'audioRecording': 'song',
 'bill': 'bill',
 'blogPost': 'post-weblog',
 'book': 'book',
 'bookSection': 'chapter',
 'case': 'legal_case',
 'computerProgram': 'software',
 'conferencePaper': 'paper-conference',
 'dataset': 'dataset',
 'dictionaryEntry': 'entry-dictionary',
 'document': 'document',
 'email': 'personal_communication',
 'encyclopediaArticle': 'entry-encyclopedia',
 'film': 'motion_picture',
 'forumPost': 'post',
 'hearing': 'hearing',
 'instantMessage': 'personal_communication',
 'interview': 'interview',
 'journalArticle': 'article-journal',
 'letter': 'personal_communication',
 'magazineArticle': 'article-magazine',
 'manuscript': 'manuscript',
 'map': 'map',
 'newspaperArticle': 'article-newspaper',
 'note': 'document',
 'patent': 'patent',
 'podcast': 'broadcast',
 'preprint': 'article',
 'presentation': 'speech',
 'radioBroadcast': 'broadcast',
 'report': 'report',
 'standard': 'standard',
 'statute': 'legislation',
 'thesis': 'thesis',
 'tvBroadcast': 'broadcast',
 'videoRecording': 'motion_picture',
 'webpage': 'webpage'}
TYPE_LABELS: dict[str, str] = {'annotation': 'Annotation',
 'artwork': 'Artwork',
 'attachment': 'Attachment',
 'audioRecording': 'Audio Recording',
 'bill': 'Bill',
 'blogPost': 'Blog Post',
 'book': 'Book',
 'bookSection': 'Book Section',
 'case': 'Case',
 'computerProgram': 'Software',
 'conferencePaper': 'Conference Paper',
 'dataset': 'Dataset',
 'dictionaryEntry': 'Dictionary Entry',
 'document': 'Document',
 'email': 'E-mail',
 'encyclopediaArticle': 'Encyclopedia Article',
 'film': 'Film',
 'forumPost': 'Forum Post',
 'hearing': 'Hearing',
 'instantMessage': 'Instant Message',
 'interview': 'Interview',
 'journalArticle': 'Journal Article',
 'letter': 'Letter',
 'magazineArticle': 'Magazine Article',
 'manuscript': 'Manuscript',
 'map': 'Map',
 'newspaperArticle': 'Newspaper Article',
 'note': 'Note',
 'patent': 'Patent',
 'podcast': 'Podcast',
 'preprint': 'Preprint',
 'presentation': 'Presentation',
 'radioBroadcast': 'Radio Broadcast',
 'report': 'Report',
 'standard': 'Standard',
 'statute': 'Statute',
 'thesis': 'Thesis',
 'tvBroadcast': 'TV Broadcast',
 'videoRecording': 'Video Recording',
 'webpage': 'Web Page'}
FIELD_LABELS: dict[str, str] = {'DOI': 'DOI',
 'ISBN': 'ISBN',
 'ISSN': 'ISSN',
 'PMCID': 'PMCID',
 'PMID': 'PMID',
 'abstractNote': 'Abstract',
 'accessDate': 'Accessed',
 'applicationNumber': 'Application Number',
 'archive': 'Archive',
 'archiveID': 'Archive ID',
 'archiveLocation': 'Loc. in Archive',
 'artworkMedium': 'Medium',
 'artworkSize': 'Artwork Size',
 'assignee': 'Assignee',
 'audioFileType': 'File Type',
 'audioRecordingFormat': 'Format',
 'authority': 'Authority',
 'billNumber': 'Bill Number',
 'blogTitle': 'Blog Title',
 'bookTitle': 'Book Title',
 'callNumber': 'Call Number',
 'caseName': 'Case Name',
 'citationKey': 'Citation Key',
 'code': 'Code',
 'codeNumber': 'Code Number',
 'codePages': 'Code Pages',
 'codeVolume': 'Code Volume',
 'committee': 'Committee',
 'company': 'Company',
 'conferenceName': 'Conference Name',
 'country': 'Country',
 'court': 'Court',
 'date': 'Date',
 'dateDecided': 'Date Decided',
 'dateEnacted': 'Date Enacted',
 'dictionaryTitle': 'Dictionary Title',
 'distributor': 'Distributor',
 'docketNumber': 'Docket Number',
 'documentNumber': 'Document Number',
 'edition': 'Edition',
 'encyclopediaTitle': 'Encyclopedia Title',
 'episodeNumber': 'Episode Number',
 'eventPlace': 'Event Place',
 'extra': 'Extra',
 'filingDate': 'Filing Date',
 'firstPage': 'First Page',
 'format': 'Format',
 'forumTitle': 'Forum/Listserv Title',
 'genre': 'Genre',
 'history': 'History',
 'identifier': 'Identifier',
 'institution': 'Institution',
 'interviewMedium': 'Medium',
 'issue': 'Issue',
 'issueDate': 'Issue Date',
 'issuingAuthority': 'Issuing Authority',
 'journalAbbreviation': 'Journal Abbr',
 'label': 'Label',
 'language': 'Language',
 'legalStatus': 'Legal Status',
 'legislativeBody': 'Legislative Body',
 'letterType': 'Type',
 'libraryCatalog': 'Library Catalog',
 'manuscriptType': 'Type',
 'mapType': 'Type',
 'medium': 'Medium',
 'meetingName': 'Meeting Name',
 'nameOfAct': 'Name of Act',
 'network': 'Network',
 'numPages': '# of Pages',
 'number': 'Number',
 'numberOfVolumes': '# of Volumes',
 'organization': 'Organization',
 'originalDate': 'Original Date',
 'originalPlace': 'Original Place',
 'originalPublisher': 'Original Publisher',
 'pages': 'Pages',
 'partNumber': 'Part Number',
 'partTitle': 'Part Title',
 'patentNumber': 'Patent Number',
 'place': 'Place',
 'postType': 'Post Type',
 'presentationType': 'Type',
 'priorityDate': 'Priority Date',
 'priorityNumbers': 'Priority Numbers',
 'proceedingsTitle': 'Proceedings Title',
 'programTitle': 'Program Title',
 'programmingLanguage': 'Prog. Language',
 'publicLawNumber': 'Public Law Number',
 'publicationTitle': 'Publication',
 'publisher': 'Publisher',
 'references': 'References',
 'reportNumber': 'Report Number',
 'reportType': 'Report Type',
 'reporter': 'Reporter',
 'reporterVolume': 'Reporter Volume',
 'repository': 'Repository',
 'repositoryLocation': 'Repo. Location',
 'rights': 'License',
 'runningTime': 'Running Time',
 'scale': 'Scale',
 'section': 'Section',
 'series': 'Series',
 'seriesNumber': 'Series Number',
 'seriesText': 'Series Text',
 'seriesTitle': 'Series Title',
 'session': 'Session',
 'sessionTitle': 'Session Title',
 'shortTitle': 'Short Title',
 'status': 'Status',
 'studio': 'Studio',
 'subject': 'Subject',
 'system': 'System',
 'thesisType': 'Type',
 'title': 'Title',
 'type': 'Type',
 'university': 'University',
 'url': 'URL',
 'versionNumber': 'Version',
 'videoRecordingFormat': 'Format',
 'volume': 'Volume',
 'websiteTitle': 'Website Title',
 'websiteType': 'Website Type'}
CREATOR_LABELS: dict[str, str] = {'artist': 'Artist',
 'attorneyAgent': 'Attorney/Agent',
 'author': 'Author',
 'bookAuthor': 'Book Author',
 'cartographer': 'Cartographer',
 'castMember': 'Cast Member',
 'chair': 'Chair',
 'commenter': 'Commenter',
 'composer': 'Composer',
 'contributor': 'Contributor',
 'cosponsor': 'Cosponsor',
 'counsel': 'Counsel',
 'creator': 'Creator',
 'director': 'Director',
 'editor': 'Editor',
 'executiveProducer': 'Executive Producer',
 'guest': 'Guest',
 'host': 'Host',
 'interviewee': 'Interview With',
 'interviewer': 'Interviewer',
 'inventor': 'Inventor',
 'narrator': 'Narrator',
 'organizer': 'Organizer',
 'originalCreator': 'Original Creator',
 'performer': 'Performer',
 'podcaster': 'Podcaster',
 'presenter': 'Presenter',
 'producer': 'Producer',
 'programmer': 'Programmer',
 'recipient': 'Recipient',
 'reviewedAuthor': 'Reviewed Author',
 'scriptwriter': 'Scriptwriter',
 'seriesCreator': 'Series Creator',
 'seriesEditor': 'Series Editor',
 'sponsor': 'Sponsor',
 'translator': 'Translator',
 'wordsBy': 'Words By'}
